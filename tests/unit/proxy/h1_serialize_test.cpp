// Heads on their way out: what passes, what goes, what is put in its place.
#include "proxy/h1_serialize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/proxy/exchanges.h"

namespace sluice {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::vector<std::string> request_lines(const std::string& head) {
  RoutedExchange routed(head);
  EXPECT_TRUE(routed.complete()) << head;
  return lines_of(routed.request_head());
}

// Lines with this name in any case.
std::vector<std::string> named(const std::vector<std::string>& lines, std::string_view name) {
  std::vector<std::string> found;
  for (const auto& line : lines)
    if (equal_ignoring_case(std::string_view(line).substr(0, line.find(':')), name)) found.push_back(line);
  return found;
}

TEST(WriteRequestHead, PlainRequest_IsKeptInOrderWithOurFieldsBehind) {
  EXPECT_THAT(
      request_lines("GET /a?b HTTP/1.1\r\nHost: shop.example:81\r\nB: 2\r\na: 1\r\nB: 3\r\n\r\n"),
      ElementsAre("GET /a?b HTTP/1.1", "Host: shop.example:81", "B: 2", "a: 1", "B: 3",
                  "X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: http", "X-Forwarded-Port: 8080",
                  "X-Request-Id: 0123456789abcdef0123456789abcdef",
                  "X-Amzn-Trace-Id: Root=1-67891233-0123456789abcdef01234567", "X-Sluice-Variant: green"));
}

TEST(WriteRequestHead, HopByHopFields_Go) {
  const auto lines = request_lines(
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\nProxy-Connection: "
      "x\r\n"
      "TE: trailers\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\nAccept: */*\r\n\r\n");
  for (const auto name : {"Connection", "Keep-Alive", "Proxy-Connection", "TE", "Upgrade", "HTTP2-Settings"})
    EXPECT_THAT(named(lines, name), ElementsAre()) << name;
  EXPECT_THAT(lines, Contains("Accept: */*"));
}

// Its target would wait for bytes that belong to the connection's next request.
TEST(WriteRequestHead, UpgradeWithoutABody_NamesNoLength) {
  RoutedExchange routed("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 44\r\n\r\n");
  routed.exchange.upgrade = "websocket";
  EXPECT_THAT(named(lines_of(routed.request_head()), "Content-Length"), ElementsAre());
  routed.exchange.has_body = true;
  EXPECT_THAT(named(lines_of(routed.request_head()), "Content-Length"), ElementsAre("Content-Length: 44"));
}

TEST(WriteRequestHead, WhatConnectionNames_Goes) {
  const auto lines = request_lines(
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-Secret\r\nconnection: x-other\r\nx-SECRET: 1\r\n"
      "X-Other: 2\r\nX-Third: 3\r\n\r\n");
  EXPECT_THAT(named(lines, "X-Secret"), ElementsAre());
  EXPECT_THAT(named(lines, "X-Other"), ElementsAre());
  EXPECT_THAT(lines, Contains("X-Third: 3"));
}

TEST(WriteRequestHead, ConnectionThatNamesWhatWeAdd_TakesNothingAway) {
  const auto lines = request_lines(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
      "Connection: Host, Content-Length, X-Forwarded-For, X-Forwarded-Proto, X-Request-Id, X-Sluice-Variant, "
      "X-Amzn-Trace-Id\r\n\r\n");
  for (const auto name : {"Host", "Content-Length", "X-Forwarded-For", "X-Forwarded-Proto",
                          "X-Forwarded-Port", "X-Request-Id", "X-Sluice-Variant", "X-Amzn-Trace-Id"})
    EXPECT_EQ(named(lines, name).size(), 1u) << name;
}

TEST(WriteRequestHead, ConnectionThatNamesTransferEncoding_LeavesTheBodyFramed) {
  EXPECT_THAT(request_lines("POST / HTTP/1.1\r\nHost: a\r\nConnection: "
                            "Transfer-Encoding\r\nTransfer-Encoding: Chunked\r\n\r\n"),
              Contains("Transfer-Encoding: chunked"));
}

TEST(WriteRequestHead, AbsoluteForm_BecomesOriginForm) {
  const auto lines = request_lines("GET http://a.example/x?y HTTP/1.1\r\nHost: a.example\r\n\r\n");
  EXPECT_EQ(lines[0], "GET /x?y HTTP/1.1");
  EXPECT_THAT(named(lines, "Host"), ElementsAre("Host: a.example"));
}

TEST(WriteRequestHead, Http10WithoutHost_GetsOne) {
  EXPECT_THAT(named(request_lines("GET / HTTP/1.0\r\n\r\n"), "Host"), ElementsAre("Host: 10.0.0.9:9000"));
  EXPECT_THAT(named(request_lines("GET http://a.example/ HTTP/1.0\r\n\r\n"), "Host"),
              ElementsAre("Host: a.example"));
}

TEST(WriteRequestHead, Expect_PassesOnlyWhileTheClientWaits) {
  RoutedExchange routed("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
  EXPECT_THAT(routed.request_head(), Not(HasSubstr("Expect")));
  routed.exchange.expects_continue = true;
  EXPECT_THAT(routed.request_head(), HasSubstr("Expect: 100-continue\r\n"));
}

TEST(WriteRequestHead, Upgrade_IsWrittenAnewForATunnel) {
  RoutedExchange routed(
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, X-Hop\r\nUpgrade: websocket\r\nX-Hop: 1\r\n\r\n");
  routed.exchange.upgrade = "websocket";
  const auto lines = lines_of(routed.request_head());
  EXPECT_THAT(named(lines, "Connection"), ElementsAre("Connection: Upgrade"));
  EXPECT_THAT(named(lines, "Upgrade"), ElementsAre("Upgrade: websocket"));
  EXPECT_THAT(named(lines, "X-Hop"), ElementsAre());
}

TEST(WriteRequestHead, KeyOfOurOwn_IsWrittenWhereTheClientHasNone) {
  RoutedExchange routed("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  routed.exchange.upgrade = "websocket";
  std::vector<char> block(16 * 1024);
  HeadWriter writer(block);
  write_request_head(writer, routed.exchange, "dGhlIHNhbXBsZSBub25jZQ==");
  EXPECT_THAT(named(lines_of(writer.text()), "Sec-WebSocket-Key"),
              ElementsAre("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
}

TEST(WriteRequestHead, WhatIsWritten_ParsesAgainToTheSameRequest) {
  RoutedExchange routed("PUT /a?b=c HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\nX: y\r\n\r\n");
  const ParsedRequest again(routed.request_head());
  ASSERT_TRUE(again.complete());
  EXPECT_EQ(again.head.method, "PUT");
  EXPECT_EQ(again.head.target, "/a?b=c");
  EXPECT_EQ(again.field("Content-Length"), "7");
}

std::vector<std::string> response_lines(const std::string& text, const ResponseFraming& framing = {}) {
  const ParsedResponse parsed(text);
  EXPECT_TRUE(parsed.complete());
  std::vector<char> block(16 * 1024);
  HeadWriter writer(block);
  write_response_head(writer, parsed.head, framing);
  EXPECT_TRUE(writer.text().ends_with("\r\n\r\n"));
  return lines_of(writer.text());
}

TEST(WriteResponseHead, PlainResponse_IsKeptWithoutHopByHopFields) {
  EXPECT_THAT(
      response_lines(
          "HTTP/1.0 200 Fine\r\nServer: x\r\nConnection: close, X-Hop\r\nKeep-Alive: 1\r\nX-Hop: 1\r\n"
          "Proxy-Connection: y\r\nUpgrade: h2c\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n"
          "Content-Length: 5\r\n\r\n"),
      ElementsAre("HTTP/1.1 200 Fine", "Server: x", "Set-Cookie: a", "Set-Cookie: b", "Content-Length: 5"));
}

TEST(WriteResponseHead, Framing_DecidesTheConnectionFields) {
  const std::string text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_THAT(response_lines(text), ElementsAre("HTTP/1.1 200 OK"));
  EXPECT_THAT(response_lines(text, {.encoding = Encoding::chunked}),
              ElementsAre("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"));
  EXPECT_THAT(response_lines(text, {.close = true}), ElementsAre("HTTP/1.1 200 OK", "Connection: close"));
  EXPECT_THAT(response_lines(text, {.keep_alive = true}),
              ElementsAre("HTTP/1.1 200 OK", "Connection: keep-alive"));
}

TEST(WriteResponseHead, SwitchingProtocols_KeepsUpgrade) {
  EXPECT_THAT(
      response_lines("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
                     {.upgrade = true}),
      ElementsAre("HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket"));
}

TEST(WriteResponseHead, WithoutReason_GetsTheStandardOne) {
  EXPECT_EQ(response_lines("HTTP/1.1 404\r\n\r\n")[0], "HTTP/1.1 404 Not Found");
  EXPECT_EQ(response_lines("HTTP/1.1 299\r\n\r\n")[0], "HTTP/1.1 299 ");
}

TEST(ReasonPhrase, OfKnownAndUnknownStatuses) {
  EXPECT_EQ(reason_phrase(200), "OK");
  EXPECT_EQ(reason_phrase(431), "Request Header Fields Too Large");
  EXPECT_EQ(reason_phrase(299), "");
}

}  // namespace
}  // namespace sluice
