// The chunked coding: what is taken, however its bytes are cut, and what is refused.
#include "proxy/h1_chunked.h"

#include <gtest/gtest.h>

#include <vector>

namespace sluice {
namespace {

using State = ChunkDecoder::State;

struct Decoded {
  State state = State::more;
  std::string data;
  std::string rest;  // what came behind the body
  std::vector<std::pair<std::string, std::string>> trailers;
  bool operator==(const Decoded&) const = default;
};

// Feeds the pieces one after the other; like a connection's buffer, what was not consumed comes again with
// the next.
Decoded decode(const std::vector<std::string>& pieces) {
  ChunkDecoder decoder;
  Decoded result;
  std::string buffer;
  for (const auto& piece : pieces) {
    buffer += piece;
    while (result.state == State::more) {
      const auto step = decoder.decode(buffer);
      result.state = step.state;
      result.data += step.data;
      const bool again = !step.data.empty();
      buffer.erase(0, step.consumed);
      if (step.state == State::more && !again) {
        EXPECT_TRUE(buffer.empty()) << "without data all must be consumed";
        break;
      }
    }
  }
  if (result.state == State::failed) return {.state = State::failed, .data = {}, .rest = {}, .trailers = {}};
  result.rest = buffer;
  if (decoder.trailers())
    for (const auto& field : *decoder.trailers()) result.trailers.emplace_back(field.name, field.value);
  return result;
}

Decoded decode(const std::string& whole) {
  return decode(std::vector{whole});
}

std::vector<std::string> bytes_of(const std::string& text) {
  std::vector<std::string> bytes;
  for (const char c : text) bytes.emplace_back(1, c);
  return bytes;
}

const std::string with_all =
    "5\r\nhello\r\n"
    "00A;name=value;q=\"a b\"\r\n, chunked \r\n"
    "6;\r\nworld!\r\n"
    "0;last\r\nX-Sum: abc \r\nX-Two:\r\n\r\n"
    "GET /";

TEST(ChunkDecoder, WholeBody_GivesDataTrailersAndTheRest) {
  const auto decoded = decode(with_all);
  EXPECT_EQ(decoded.state, State::done);
  EXPECT_EQ(decoded.data, "hello, chunked world!");
  EXPECT_EQ(decoded.rest, "GET /");
  const std::vector<std::pair<std::string, std::string>> trailers{{"X-Sum", "abc"}, {"X-Two", ""}};
  EXPECT_EQ(decoded.trailers, trailers);
}

TEST(ChunkDecoder, CutAnywhere_GivesTheSame) {
  const auto whole = decode(with_all);
  for (std::size_t n = 0; n <= with_all.size(); ++n)
    EXPECT_EQ(decode({with_all.substr(0, n), with_all.substr(n)}), whole) << "cut at " << n;
  EXPECT_EQ(decode(bytes_of(with_all)), whole);
}

TEST(ChunkDecoder, EmptyBody_IsDoneWithoutTrailers) {
  ChunkDecoder decoder;
  const auto step = decoder.decode("0\r\n\r\nrest");
  EXPECT_EQ(step.state, State::done);
  EXPECT_EQ(step.consumed, 5u);
  EXPECT_TRUE(step.data.empty());
  EXPECT_EQ(decoder.trailers(), nullptr);
}

TEST(ChunkDecoder, EveryProperPrefix_WantsMore) {
  const std::string body = "3;e\r\nabc\r\n0\r\nA: b\r\n\r\n";
  for (std::size_t n = 0; n < body.size(); ++n) EXPECT_EQ(decode(body.substr(0, n)).state, State::more) << n;
}

TEST(ChunkDecoder, SizeOf15Digits_IsTakenSixteenAreNot) {
  EXPECT_EQ(decode("000000000000003\r\nabc\r\n0\r\n\r\n").data, "abc");
  EXPECT_EQ(decode("FFFFFFFFFFFFFFF\r\nabc").state, State::more);
  EXPECT_EQ(decode("0000000000000003\r\nabc\r\n0\r\n\r\n").state, State::failed);
  EXPECT_EQ(decode("10000000000000000\r\n").state, State::failed);
  EXPECT_EQ(decode("FFFFFFFFFFFFFFFF0\r\n").state, State::failed);
}

TEST(ChunkDecoder, MalformedBodies_AreRefusedHoweverTheyAreCut) {
  using namespace std::string_literals;
  for (const auto& body : {"\r\n"s,
                           ";x\r\n"s,
                           " 3\r\nabc"s,
                           "3 \r\nabc"s,
                           "3\t\r\nabc"s,
                           "0x3\r\nabc"s,
                           "-3\r\nabc"s,
                           "+3\r\nabc"s,
                           "g\r\n"s,
                           "3\nabc"s,
                           "3\rabc"s,
                           "3\r\r\nabc"s,
                           "3\r\nabcd"s,
                           "3\r\nabc\n0\r\n\r\n"s,
                           "3\r\nabc\rX"s,
                           "3\r\nabc0\r\n\r\n"s,
                           "3\r\nabc\r\n\r\n"s,
                           "3;a\nabc"s,
                           "3;a\rbc"s,
                           "3;\x01\r\nabc"s,
                           "3;\0\r\nabc"s,
                           "3;\x7F\r\nabc"s,
                           "0\r\nX : y\r\n\r\n"s,
                           "0\r\n: y\r\n\r\n"s,
                           "0\r\nX\r\n\r\n"s,
                           "0\r\n X: y\r\n\r\n"s,
                           "0\r\nX: y\r\n z\r\n\r\n"s,
                           "0\r\nX: y\nZ: a\r\n\r\n"s,
                           "0\r\n\n"s,
                           "0\r\nX: \0\r\n\r\n"s,
                           "0\r\nX: a\rb\r\n\r\n"s,
                           "0\nX: y\r\n\r\n"s}) {
    EXPECT_EQ(decode(body).state, State::failed) << testing::PrintToString(body);
    EXPECT_EQ(decode(bytes_of(body)).state, State::failed) << testing::PrintToString(body);
  }
}

TEST(ChunkDecoder, Extensions_AreBoundedPerLine) {
  const auto with_extension = [](std::size_t bytes) {
    return "1;" + std::string(bytes, 'x') + "\r\na\r\n0\r\n\r\n";
  };
  EXPECT_EQ(decode(with_extension(4000)).data, "a");
  EXPECT_EQ(decode(with_extension(4096)).state, State::failed);
  EXPECT_EQ(decode("1;" + std::string(5000, 'x')).state, State::failed) << "it need not end to be too long";
}

TEST(ChunkDecoder, Extensions_AreBoundedOverTheWholeBody) {
  const auto chunk = "1;" + std::string(1000, 'x') + "\r\na\r\n";
  std::string body;
  for (int i = 0; i < 60; ++i) body += chunk;
  EXPECT_EQ(decode(body + "0\r\n\r\n").state, State::done);
  for (int i = 0; i < 10; ++i) body += chunk;
  EXPECT_EQ(decode(body + "0\r\n\r\n").state, State::failed);
}

TEST(ChunkDecoder, Trailers_AreBoundedInBytesAndNumber) {
  EXPECT_EQ(decode("0\r\nX: " + std::string(16 * 1024 - 7, 'y') + "\r\n\r\n").state, State::done);
  EXPECT_EQ(decode("0\r\nX: " + std::string(16 * 1024 - 6, 'y') + "\r\n\r\n").state, State::failed);
  std::string many = "0\r\n";
  for (std::size_t i = 0; i <= Fields::capacity; ++i) many += "A: b\r\n";
  EXPECT_EQ(decode(many + "\r\n").state, State::failed);
}

TEST(ChunkDecoder, TrailersThatFrameOrRoute_AreLeftOut) {
  const auto decoded = decode(
      "0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nHost: b\r\nConnection: close\r\nTE: "
      "x\r\nTrailer: y\r\n"
      "Cookie: user_id=u\r\nX-Forwarded-For: 1.2.3.4\r\nX-Sluice-Override: a=b\r\nX-Checksum: 1\r\n\r\n");
  ASSERT_EQ(decoded.state, State::done);
  const std::vector<std::pair<std::string, std::string>> kept{{"X-Checksum", "1"}};
  EXPECT_EQ(decoded.trailers, kept);
}

}  // namespace
}  // namespace sluice
