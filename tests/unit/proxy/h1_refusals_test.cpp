// The strict-framing list: each way to write a head that two parsers could read differently, with the exact
// error. Whole or byte by byte, the answer is the same.
#include <gtest/gtest.h>

#include "tests/unit/proxy/parsed_heads.h"

namespace sluice {
namespace {

using namespace std::string_literals;

struct Refused {
  const char* name;
  std::string head;
  ErrorCode error = ErrorCode::bad_request;
};

std::string with_field(const std::string& field) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n";
}
std::string with_line(const std::string& line) {
  return line + "\r\nHost: a\r\n\r\n";
}

const std::vector<Refused> fields{
    {"BareLf", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"},
    {"BareLfAtTheEnd", "GET / HTTP/1.1\r\nHost: a\r\n\n"},
    {"BareLfAfterTheFirstLine", "GET / HTTP/1.1\nHost: a\r\n\r\n"},
    {"BareCrInAValue", with_field("X: a\rb")},
    {"BareCrInAName", with_field("X\r: a")},
    {"CrCrLf", with_field("X: a\r")},
    {"ObsFoldBySpace", with_field("X: a\r\n b")},
    {"ObsFoldByTab", with_field("X: a\r\n\tb")},
    {"FirstFieldFolded", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"},
    {"SpaceBeforeColon", with_field("X : a")},
    {"TabBeforeColon", with_field("X\t: a")},
    {"SpaceInName", with_field("X Y: a")},
    {"EmptyName", with_field(": a")},
    {"NoColon", with_field("X")},
    {"NulInName", with_field("X\0Y: a"s)},
    {"NulInValue", with_field("X: a\0b"s)},
    {"ControlInValue", with_field("X: a\x01")},
    {"BackspaceInValue", with_field("X: a\x08")},
    {"DelInValue", with_field("X: a\x7F")},
    {"NonAsciiInName", with_field("X\xC3\xA9: a")},
    {"SeparatorInName", with_field("X(Y): a")},
    {"VerticalTabAroundValue", with_field("X: \x0B")},
    {"HostMissing", "GET / HTTP/1.1\r\nX: y\r\n\r\n"},
    {"HostTwice", with_field("Host: a")},
    {"HostTwiceInOtherCase", with_field("hOST: b")},
    {"HostTwiceOnHttp10", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"},
    {"HostEmpty", "GET / HTTP/1.1\r\nHost: \r\n\r\n"},
    {"HostWithPath", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
    {"HostWithUser", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"},
    {"HostWithSpace", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"},
    {"HostWithQuery", "GET / HTTP/1.1\r\nHost: a?b\r\n\r\n"},
    {"AbsoluteFormAgainstHost", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"AbsoluteFormPortAgainstHost", "GET http://a:81/ HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"AbsoluteFormWithoutHost", "GET http://a/ HTTP/1.1\r\n\r\n"},
};

const std::vector<Refused> lines{
    {"NoVersion", with_line("GET /")},
    {"OnlyMethod", with_line("GET")},
    {"DoubleSpace", with_line("GET  / HTTP/1.1")},
    {"SpaceInTarget", with_line("GET /a b HTTP/1.1")},
    {"TabAsSpace", with_line("GET\t/\tHTTP/1.1")},
    {"SpaceInFront", with_line(" GET / HTTP/1.1")},
    {"SpaceBehind", with_line("GET / HTTP/1.1 ")},
    {"EmptyTarget", with_line("GET  HTTP/1.1")},
    {"ControlInTarget", with_line("GET /\x01 HTTP/1.1")},
    {"NulInTarget", with_line("GET /\0 HTTP/1.1"s)},
    {"CrInTarget", with_line("GET /\r HTTP/1.1")},
    {"NonAsciiInTarget", with_line("GET /\xC3\xA9 HTTP/1.1")},
    {"DelInTarget", with_line("GET /\x7F HTTP/1.1")},
    {"FragmentInTarget", with_line("GET /a#b HTTP/1.1")},
    {"RelativeTarget", with_line("GET a HTTP/1.1")},
    {"OtherScheme", with_line("GET ftp://a/ HTTP/1.1")},
    {"AbsoluteWithUser", with_line("GET http://u@a/ HTTP/1.1")},
    {"AbsoluteWithoutHost", with_line("GET http:/// HTTP/1.1")},
    {"AbsoluteWithoutPathButQuery", with_line("GET http://a?b HTTP/1.1")},
    {"MethodWithSeparator", with_line("G(T / HTTP/1.1")},
    {"EmptyMethod", with_line(" / HTTP/1.1")},
    {"LowerCaseVersion", with_line("GET / http/1.1")},
    {"VersionWithMoreDigits", with_line("GET / HTTP/1.10")},
    {"VersionWithoutDot", with_line("GET / HTTP/11x")},
    {"OtherProtocol", with_line("GET / ICY/1.1")},
    {"TwoEmptyLinesBefore", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"Http12", with_line("GET / HTTP/1.2"), ErrorCode::version_not_supported},
    {"Http20", with_line("PRI * HTTP/2.0"), ErrorCode::version_not_supported},
    {"Http09", with_line("GET / HTTP/0.9"), ErrorCode::version_not_supported},
    {"Connect", with_line("CONNECT a:443 HTTP/1.1"), ErrorCode::method_not_allowed},
    {"Trace", with_line("TRACE / HTTP/1.1"), ErrorCode::method_not_allowed},
};

class RefusedRequest : public testing::TestWithParam<Refused> {};

TEST_P(RefusedRequest, FailsWithItsErrorWholeAndByteByByte) {
  const ParsedRequest whole(GetParam().head);
  ASSERT_TRUE(whole.failed());
  EXPECT_EQ(whole.progress.error, GetParam().error) << whole.progress.reason;
  EXPECT_FALSE(whole.progress.reason.empty());
  RequestHead head;
  const auto by_bytes = parse_by_bytes<RequestHead, RequestParser>(GetParam().head, head);
  EXPECT_EQ(by_bytes.state, HeadProgress::State::failed);
  EXPECT_EQ(by_bytes.error, whole.progress.error);
  EXPECT_EQ(by_bytes.reason, whole.progress.reason);
}

const auto by_name = [](const auto& info) { return std::string(info.param.name); };
INSTANTIATE_TEST_SUITE_P(Fields, RefusedRequest, testing::ValuesIn(fields), by_name);
INSTANTIATE_TEST_SUITE_P(Lines, RefusedRequest, testing::ValuesIn(lines), by_name);

TEST(RequestParser, AnyControlByteAnywhere_IsRefused) {
  const std::string valid = "GET /path HTTP/1.1\r\nHost: a\r\nX-Name: value\r\n\r\n";
  for (unsigned byte = 0; byte < 0x20; ++byte) {
    if (byte == '\t' || byte == '\r' || byte == '\n') continue;
    for (std::size_t at = 0; at < valid.size(); ++at) {
      auto text = valid;
      text[at] = static_cast<char>(byte);
      EXPECT_FALSE(ParsedRequest(text).complete()) << "byte " << byte << " at " << at;
    }
  }
}

}  // namespace
}  // namespace sluice
