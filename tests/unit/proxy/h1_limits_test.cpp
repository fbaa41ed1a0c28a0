// Limits of heads at their edges: exactly at the limit passes, one more is refused with the limit's own
// error.
#include <gtest/gtest.h>

#include "tests/unit/proxy/parsed_heads.h"

namespace sluice {
namespace {

enum class Feed { whole, by_bytes };

HeadProgress parse(const std::string& text, const HeadLimits& limits, Feed feed = Feed::whole) {
  RequestHead head;
  if (feed == Feed::by_bytes) return parse_by_bytes<RequestHead, RequestParser>(text, head, limits);
  return RequestParser(head, limits).parse(text);
}

// A first line of exactly that many bytes.
std::string line_of(std::size_t bytes) {
  const std::string before = "GET /", after = " HTTP/1.1";
  return before + std::string(bytes - before.size() - after.size(), 'x') + after;
}
std::string field_of(std::size_t bytes) {
  return "X: " + std::string(bytes - 3, 'y');
}
std::string request(const std::string& line, const std::string& fields) {
  return line + "\r\nHost: a\r\n" + fields + "\r\n";
}

void expect_error(const std::string& text, const HeadLimits& limits, ErrorCode error) {
  for (const auto feed : {Feed::whole, Feed::by_bytes}) {
    const auto progress = parse(text, limits, feed);
    EXPECT_EQ(progress.state, HeadProgress::State::failed);
    EXPECT_EQ(progress.error, error) << progress.reason;
  }
}

void expect_complete(const std::string& text, const HeadLimits& limits) {
  for (const auto feed : {Feed::whole, Feed::by_bytes})
    EXPECT_EQ(parse(text, limits, feed).state, HeadProgress::State::complete);
}

TEST(HeadLimits, Defaults_AreTheDocumentedOnes) {
  const HeadLimits limits;
  EXPECT_EQ(limits.line, 16u * 1024);
  EXPECT_EQ(limits.field, 16u * 1024);
  EXPECT_EQ(limits.total, 64u * 1024);
  EXPECT_EQ(limits.fields, 100u);
}

TEST(HeadLimits, FirstLine_AtTheLimitPassesOneMoreIsTooLong) {
  const HeadLimits limits{.line = 100};
  expect_complete(request(line_of(100), ""), limits);
  expect_error(request(line_of(101), ""), limits, ErrorCode::uri_too_long);
}

TEST(HeadLimits, FirstLineThatNeverEnds_IsRefusedWithoutWaiting) {
  const HeadLimits limits{.line = 100};
  EXPECT_EQ(parse(std::string(102, 'x'), limits).state, HeadProgress::State::incomplete);
  EXPECT_EQ(parse(std::string(103, 'x'), limits).error, ErrorCode::uri_too_long);
}

TEST(HeadLimits, Field_AtTheLimitPassesOneMoreIsTooLarge) {
  const HeadLimits limits{.field = 200};
  expect_complete(request(line_of(20), field_of(200) + "\r\n"), limits);
  expect_error(request(line_of(20), field_of(201) + "\r\n"), limits, ErrorCode::header_too_large);
}

TEST(HeadLimits, Total_AtTheLimitPassesOneMoreIsTooLarge) {
  const auto text = request(line_of(20), field_of(50) + "\r\n");
  expect_complete(text, {.total = static_cast<std::uint32_t>(text.size())});
  expect_error(text, {.total = static_cast<std::uint32_t>(text.size() - 1)}, ErrorCode::header_too_large);
}

TEST(HeadLimits, DefaultTotal_AtItsEdge) {
  std::string fields;
  for (int i = 0; i < 3; ++i) fields += field_of(16 * 1024) + "\r\n";
  const auto without_last = request(line_of(20), fields).size();
  const auto last = 64 * 1024 - without_last - 2;
  expect_complete(request(line_of(20), fields + field_of(last) + "\r\n"), {});
  expect_error(request(line_of(20), fields + field_of(last + 1) + "\r\n"), {}, ErrorCode::header_too_large);
}

TEST(HeadLimits, Fields_AtTheLimitPassOneMoreIsTooMany) {
  const auto fields = [](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "A: b\r\n";
    return text;
  };
  expect_complete(request(line_of(20), fields(99)), {});  // Host is the hundredth
  expect_error(request(line_of(20), fields(100)), {}, ErrorCode::too_many_headers);
}

TEST(HeadLimits, AboveTheFieldsCapacity_IsTooManyAllTheSame) {
  std::string text;
  for (std::size_t i = 0; i < Fields::capacity; ++i) text += "A: b\r\n";
  expect_error(request(line_of(20), text), {.fields = 1000}, ErrorCode::too_many_headers);
}

TEST(HeadLimits, OfResponses_AreTheSame) {
  const auto error = [](const std::string& text, const HeadLimits& limits) {
    ResponseHead head;
    return ResponseParser(head, limits).parse(text).error;
  };
  EXPECT_EQ(error("HTTP/1.1 200 " + std::string(87, 'x') + "\r\n\r\n", {.line = 100}), ErrorCode::none);
  EXPECT_NE(error("HTTP/1.1 200 " + std::string(88, 'x') + "\r\n\r\n", {.line = 100}), ErrorCode::none);
  EXPECT_EQ(error("HTTP/1.1 200 OK\r\nA: b\r\nA: b\r\n\r\n", {.fields = 2}), ErrorCode::none);
  EXPECT_NE(error("HTTP/1.1 200 OK\r\nA: b\r\nA: b\r\nA: b\r\n\r\n", {.fields = 2}), ErrorCode::none);
}

}  // namespace
}  // namespace sluice
