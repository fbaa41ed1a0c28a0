// Where bodies end, as tables: every combination that Sluice takes, and the ones that it refuses with their
// errors.
#include "proxy/h1_framing.h"

#include <gtest/gtest.h>

#include "tests/unit/proxy/parsed_heads.h"

namespace sluice {
namespace {

using Kind = Framing::Kind;

struct Case {
  const char* name;
  std::string fields;
  Kind kind = Kind::none;
  std::uint64_t length = 0;
  ErrorCode error = ErrorCode::none;
  std::string version = "HTTP/1.1";
};
const auto by_name = [](const auto& info) { return std::string(info.param.name); };

constexpr auto bad = ErrorCode::bad_request;
constexpr auto not_ours = ErrorCode::not_implemented;

// What both directions have in common; where nothing is stated they differ.
const std::vector<Case> stated{
    {"Length", "Content-Length: 5\r\n", Kind::length, 5},
    {"LengthZero", "Content-Length: 0\r\n", Kind::none, 0},
    {"LengthWithZerosInFront", "Content-Length: 0005\r\n", Kind::length, 5},
    {"LargestLength", "Content-Length: 999999999999999999\r\n", Kind::length, 999'999'999'999'999'999u},
    {"LengthInOtherCase", "content-LENGTH: 7\r\n", Kind::length, 7},
    {"Chunked", "Transfer-Encoding: chunked\r\n", Kind::chunked},
    {"ChunkedInOtherCase", "transfer-encoding: ChunKed\r\n", Kind::chunked},
    {"ChunkedWithSpaces", "Transfer-Encoding: \t chunked \t\r\n", Kind::chunked},

    {"LengthEmpty", "Content-Length:\r\n", {}, 0, bad},
    {"LengthNegative", "Content-Length: -1\r\n", {}, 0, bad},
    {"LengthSigned", "Content-Length: +1\r\n", {}, 0, bad},
    {"LengthHex", "Content-Length: 0x10\r\n", {}, 0, bad},
    {"LengthWithText", "Content-Length: 5a\r\n", {}, 0, bad},
    {"LengthWithSpace", "Content-Length: 5 5\r\n", {}, 0, bad},
    {"LengthDecimal", "Content-Length: 5.0\r\n", {}, 0, bad},
    {"LengthTooLarge", "Content-Length: 1000000000000000000\r\n", {}, 0, bad},
    {"LengthOverflows", "Content-Length: 18446744073709551621\r\n", {}, 0, bad},
    {"LengthTwiceEqual", "Content-Length: 5\r\nContent-Length: 5\r\n", {}, 0, bad},
    {"LengthTwiceDifferent", "Content-Length: 5\r\nContent-Length: 6\r\n", {}, 0, bad},
    {"LengthAsList", "Content-Length: 5, 5\r\n", {}, 0, bad},
    {"LengthAndChunked", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", {}, 0, bad},
    {"ChunkedAndLength", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", {}, 0, bad},
    {"LengthAndOtherCoding", "Transfer-Encoding: gzip, chunked\r\nContent-Length: 5\r\n", {}, 0, bad},
    {"XChunked", "Transfer-Encoding: xchunked\r\n", {}, 0, bad},
    {"ChunkedX", "Transfer-Encoding: chunkedx\r\n", {}, 0, bad},
    {"Identity", "Transfer-Encoding: identity\r\n", {}, 0, bad},
    {"IdentityThenChunked", "Transfer-Encoding: identity, chunked\r\n", {}, 0, bad},
    {"ChunkedTwice", "Transfer-Encoding: chunked, chunked\r\n", {}, 0, bad},
    {"ChunkedThenOther", "Transfer-Encoding: chunked, gzip\r\n", {}, 0, bad},
    {"CodingEmpty", "Transfer-Encoding:\r\n", {}, 0, bad},
    {"CodingTwice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", {}, 0, bad},
    {"CodingOverTwoFields", "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", {}, 0, bad},
    {"ChunkedWithParameter", "Transfer-Encoding: chunked;q=1\r\n", {}, 0, bad},
    {"ChunkedQuoted", "Transfer-Encoding: \"chunked\"\r\n", {}, 0, bad},
    {"LoneComma", "Transfer-Encoding: ,chunked\r\n", {}, 0, bad},
    {"CommaBehind", "Transfer-Encoding: chunked,\r\n", {}, 0, bad},
    {"VerticalTabInFront", "Transfer-Encoding: x chunked\r\n", {}, 0, bad},
    {"ThreeCodings", "Transfer-Encoding: a, b, chunked\r\n", {}, 0, bad},
    {"GzipThenChunked", "Transfer-Encoding: gzip, chunked\r\n", {}, 0, not_ours},
    {"DeflateThenChunked", "Transfer-Encoding: deflate,\tChunked\r\n", {}, 0, not_ours},
    {"ChunkedInHttp10", "Transfer-Encoding: chunked\r\n", {}, 0, bad, "HTTP/1.0"},
    {"LengthInHttp10", "Content-Length: 5\r\n", Kind::length, 5, ErrorCode::none, "HTTP/1.0"},
};

class StatedFraming : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Framing, StatedFraming, testing::ValuesIn(stated), by_name);

TEST_P(StatedFraming, OfRequest) {
  const auto& c = GetParam();
  const ParsedRequest parsed("POST / " + c.version + "\r\nHost: a\r\n" + c.fields + "\r\n");
  ASSERT_TRUE(parsed.complete());
  const auto framing = request_framing(parsed.head);
  ASSERT_EQ(framing.has_value(), c.error == ErrorCode::none);
  if (!framing) {
    EXPECT_EQ(framing.error().code, c.error);
    EXPECT_FALSE(framing.error().reason.empty());
    return;
  }
  EXPECT_EQ(framing->kind, c.kind);
  EXPECT_EQ(framing->length, c.length);
}

TEST_P(StatedFraming, OfResponse) {
  const auto& c = GetParam();
  const ParsedResponse parsed(c.version + " 200 OK\r\n" + c.fields + "\r\n");
  ASSERT_TRUE(parsed.complete());
  const auto framing = response_framing(parsed.head, "GET");
  ASSERT_EQ(framing.has_value(), c.error == ErrorCode::none);
  if (!framing) {
    EXPECT_EQ(framing.error().code, ErrorCode::upstream_bad_response);
    return;
  }
  EXPECT_EQ(framing->kind, c.kind);
  EXPECT_EQ(framing->length, c.length);
}

TEST(RequestFraming, NothingStated_IsNoBody) {
  const ParsedRequest parsed("POST / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(request_framing(parsed.head)->kind, Kind::none);
}

TEST(ResponseFraming, NothingStated_LastsUntilTheConnectionCloses) {
  const ParsedResponse parsed("HTTP/1.1 200 OK\r\n\r\n");
  EXPECT_EQ(response_framing(parsed.head, "GET")->kind, Kind::until_close);
}

TEST(ResponseFraming, WithoutBodyByRule_WhateverTheFieldsSay) {
  for (const std::string fields : {"", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"}) {
    const ParsedResponse ok("HTTP/1.1 200 OK\r\n" + fields + "\r\n");
    EXPECT_EQ(response_framing(ok.head, "HEAD")->kind, Kind::none) << fields;
    for (const std::string status : {"204", "304"}) {
      const ParsedResponse parsed("HTTP/1.1 " + status + " x\r\n" + fields + "\r\n");
      EXPECT_EQ(response_framing(parsed.head, "GET")->kind, Kind::none) << status << ' ' << fields;
    }
  }
}

TEST(ResponseFraming, MalformedOnHead_IsRefusedAllTheSame) {
  const ParsedResponse parsed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n");
  EXPECT_FALSE(response_framing(parsed.head, "HEAD"));
}

ConnectionOptions options_of(const std::string& fields) {
  return connection_options(ParsedRequest("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n").head.fields);
}

TEST(ConnectionOptions, AreReadFromListsOverSeveralFields) {
  const auto options = options_of("Connection: Keep-Alive ,, Upgrade\r\nX: y\r\nCONNECTION:\tclose\t\r\n");
  EXPECT_TRUE(options.close && options.keep_alive && options.upgrade);
  EXPECT_FALSE(options.names_fields);
}

TEST(ConnectionOptions, OtherTokens_NameFields) {
  EXPECT_TRUE(options_of("Connection: close, X-Secret\r\n").names_fields);
  const auto options = options_of("Connection: closed, xclose, \"close\"\r\n");
  EXPECT_FALSE(options.close);
  EXPECT_FALSE(options_of("Connection: ,\r\n").names_fields);
  EXPECT_FALSE(options_of("X-Connection: close\r\n").close);
}

TEST(ConnectionNames, WholeTokensInAnyCase) {
  const ParsedRequest parsed("GET / HTTP/1.1\r\nHost: a\r\nConnection: close, x-Secret\r\n\r\n");
  EXPECT_TRUE(connection_names(parsed.head.fields, "X-SECRET"));
  EXPECT_FALSE(connection_names(parsed.head.fields, "Secret"));
  EXPECT_FALSE(connection_names(parsed.head.fields, "X-Secret-2"));
}

}  // namespace
}  // namespace sluice
