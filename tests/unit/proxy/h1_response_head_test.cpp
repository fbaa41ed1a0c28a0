// Responses as the parser takes and refuses them.
#include <gtest/gtest.h>

#include "tests/unit/proxy/parsed_heads.h"

namespace sluice {
namespace {

using namespace std::string_literals;

TEST(ResponseParser, WholeHead_IsTakenApart) {
  const ParsedResponse parsed(
      "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\nset-cookie: a=1\r\nSet-Cookie: b=2\r\n\r\nabc");
  ASSERT_TRUE(parsed.complete());
  EXPECT_EQ(parsed.head.status, 404);
  EXPECT_EQ(parsed.head.reason, "Not Found");
  EXPECT_EQ(parsed.head.version, HttpVersion::http11);
  EXPECT_EQ(parsed.head.fields.size(), 3u);
  EXPECT_EQ(parsed.text().substr(parsed.progress.size), "abc");
}

TEST(ResponseParser, ReasonPhrase_MayBeMissingEmptyOrAnything) {
  struct Case {
    std::string_view line, reason;
  };
  for (const auto& [line, reason] :
       {Case{"HTTP/1.1 200", ""}, Case{"HTTP/1.1 200 ", ""}, Case{"HTTP/1.0 200 OK", "OK"},
        Case{"HTTP/1.1 299 Sehr sch\xF6n: 100 %", "Sehr sch\xF6n: 100 %"}}) {
    const ParsedResponse parsed(std::string(line) + "\r\n\r\n");
    ASSERT_TRUE(parsed.complete()) << line;
    EXPECT_EQ(parsed.head.reason, reason);
  }
}

TEST(ResponseParser, Interim_IsAHeadOfItsOwn) {
  const ParsedResponse parsed("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n");
  ASSERT_TRUE(parsed.complete());
  EXPECT_EQ(parsed.head.status, 103);
  EXPECT_TRUE(parsed.text().substr(parsed.progress.size).starts_with("HTTP/1.1 200"));
}

TEST(ResponseParser, BadStatusLines_AreBadResponses) {
  for (const auto& line :
       {"HTTP/1.1 20 OK"s, "HTTP/1.1 2000 OK"s, "HTTP/1.1 099 x"s, "HTTP/1.1 600 x"s, "HTTP/1.1 2x0 OK"s,
        "HTTP/1.1  200 OK"s, "HTTP/1.1\t200 OK"s, "HTTP/1.2 200 OK"s, "HTTP/2 200"s, "http/1.1 200 OK"s,
        "ICY 200 OK"s, "HTTP/1.1200 OK"s, " HTTP/1.1 200 OK"s, ""s, "HTTP/1.1 200 O\x01K"s,
        "HTTP/1.1 200 O\0K"s, "HTTP/1.1 200\tOK"s, "HTTP/1.1 +20 OK"s, "HTTP/1.1 -20 OK"s}) {
    const ParsedResponse parsed(line + "\r\n\r\n");
    ASSERT_TRUE(parsed.failed()) << line;
    EXPECT_EQ(parsed.progress.error, ErrorCode::upstream_bad_response) << line;
  }
}

TEST(ResponseParser, BadFields_AreRefused) {
  for (const auto& field : {"X : a"s, "X: a\r\n b"s, ": a"s, "X"s, "X: \0"s, "X: a\rb"s, "X: a\nY: b"s})
    EXPECT_TRUE(ParsedResponse("HTTP/1.1 200 OK\r\n" + field + "\r\n\r\n").failed()) << field;
}

TEST(ResponseParser, ByteByByte_IsTheSame) {
  const std::string_view text = "HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 0\r\n\r\n";
  ResponseHead head;
  const auto progress = parse_by_bytes<ResponseHead, ResponseParser>(text, head);
  ASSERT_EQ(progress.state, HeadProgress::State::complete);
  EXPECT_EQ(progress.size, text.size());
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.fields.size(), 2u);
}

TEST(ResponseParser, WithoutHost_IsFineAndEmptyLineInFront_IsNot) {
  EXPECT_TRUE(ParsedResponse("HTTP/1.1 200 OK\r\n\r\n").complete());
  EXPECT_TRUE(ParsedResponse("\r\nHTTP/1.1 200 OK\r\n\r\n").failed());
}

}  // namespace
}  // namespace sluice
