// Answers to checks: whole, byte by byte, cut short, and such as are none.
#include "health/http_answer.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

using Body = HttpAnswer::Body;
using State = HttpAnswer::State;

std::string told(State state, const HttpAnswer& answer) {
  if (state == State::malformed) return "malformed";
  if (state == State::reading) return "reading";
  return std::to_string(answer.status()) + ' ' + std::string(answer.body());
}

// What is known once all of it has come, whole and in single bytes: both must be the same.
std::string read(std::string_view text, Body body = Body::wanted) {
  HttpAnswer whole(body), bytewise(body);
  const auto at_once = told(whole.feed(text), whole);
  auto state = State::reading;
  for (std::size_t i = 0; i < text.size() && state == State::reading; ++i)
    state = bytewise.feed(text.substr(i, 1));
  EXPECT_EQ(told(state, bytewise), at_once) << text;
  return at_once;
}

std::string read_to_close(std::string_view text, Body body = Body::wanted) {
  HttpAnswer answer(body);
  auto state = answer.feed(text);
  if (state == State::reading) state = answer.end();
  return told(state, answer);
}

TEST(HttpAnswer, Status_IsKnownBeforeTheLineIsWhole) {
  EXPECT_EQ(read("HTTP/1.1 200 ", Body::ignored), "200 ");
  EXPECT_EQ(read("HTTP/1.0 503\r\n", Body::ignored), "503 ");
  EXPECT_EQ(read("HTTP/1.1 200", Body::ignored), "reading");
}

TEST(HttpAnswer, Interim_IsPassedOver) {
  EXPECT_EQ(read("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No\r\n", Body::ignored), "204 ");
  EXPECT_EQ(read("HTTP/1.1 100 Continue\r\n\r\n", Body::ignored), "reading");
}

TEST(HttpAnswer, BodyOfALength_IsReadToItsEnd) {
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nreadyand more"), "200 ready");
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\ncontent-length:0\r\n\r\n"), "200 ");
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nread"), "reading");
}

TEST(HttpAnswer, BodyInChunks_IsPutTogether) {
  EXPECT_EQ(
      read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nre\r\n003\r\nady\r\n0\r\n\r\n"),
      "200 ready");
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nre"), "reading");
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nreA\r\n"), "malformed");
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"), "malformed");
}

TEST(HttpAnswer, BodyWithoutAnEnd_EndsWithTheConnection) {
  EXPECT_EQ(read("HTTP/1.0 200 OK\r\n\r\nready"), "reading");
  EXPECT_EQ(read_to_close("HTTP/1.0 200 OK\r\n\r\nready"), "200 ready");
}

TEST(HttpAnswer, BodyOfNoContent_IsNotWaitedFor) {
  EXPECT_EQ(read("HTTP/1.1 204 No Content\r\n\r\n"), "204 ");
}

TEST(HttpAnswer, LongBody_IsCutAt64KiB) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
  HttpAnswer answer(Body::wanted);
  EXPECT_EQ(answer.feed(head + std::string(HttpAnswer::most_body - 1, 'a')), State::reading);
  EXPECT_EQ(answer.feed("bc"), State::complete);
  EXPECT_EQ(answer.body().size(), HttpAnswer::most_body);
  EXPECT_EQ(answer.body().back(), 'b');
}

TEST(HttpAnswer, CutShort_IsMalformed) {
  for (const auto* text : {"", "HTTP/1.1 20", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nread",
                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nre\r\n"})
    EXPECT_EQ(read_to_close(text), "malformed") << text;
}

TEST(HttpAnswer, Garbage_IsMalformedAtOnce) {
  for (const auto* text :
       {"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/2.0 200 OK\r\n", "HTTP/1.1  200 OK\r\n", "HTTP/1.1 2000\r\n",
        "HTTP/1.1 0200 OK\r\n", "HTTP/1.1 2x0 OK\r\n", "\x15\x03\x01", "HTTP/1.1 099 OK\r\n"})
    EXPECT_EQ(read(text, Body::ignored), "malformed") << text;
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"), "malformed");
}

TEST(HttpAnswer, EndlessHeadOrChunkLine_IsMalformed) {
  HttpAnswer head(Body::wanted), chunk(Body::wanted);
  EXPECT_EQ(head.feed("HTTP/1.1 200 OK\r\n" + std::string(HttpAnswer::most_head, 'a')), State::malformed);
  EXPECT_EQ(chunk.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), State::reading);
  EXPECT_EQ(chunk.feed(std::string(HttpAnswer::most_head + 1, '1')), State::malformed);
}

}  // namespace
}  // namespace sluice
