// Two sessions that talk to each other in memory, in pieces of any size.
#include "proxy/h2_session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <list>
#include <memory>

namespace sluice {
namespace {

struct TestStream final : H2Stream {};

std::uint8_t* bytes(std::string_view text) {
  return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
}

nghttp2_nv field(std::string_view name, std::string_view value) {
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

BodyPart part_of(std::string_view text, bool end) {
  BodyPart part;
  if (!text.empty()) part.add(text);
  part.end = end;
  return part;
}

bool receive(H2Session& session, std::string_view text) {
  while (!text.empty())
    if (!session.receive(text)) return false;
  return true;
}

class H2SessionTest : public testing::TestWithParam<std::size_t>, public H2Session::Streams {
 protected:
  ~H2SessionTest() override {
    for (auto& stream : accepted_) server_.release(*stream);
  }

  H2Stream* begin_stream() override {
    if (accepted_.size() >= most_) return nullptr;
    accepted_.push_back(std::make_unique<TestStream>());
    return accepted_.back().get();
  }

  // Until neither has anything to say. True if both are fine.
  bool talk() {
    bool fine = true;
    for (bool said = true; said && fine;) said = pass(client_, server_, fine) | pass(server_, client_, fine);
    return fine;
  }

  H2Stream& accepted(std::size_t i = 0) {
    return **std::next(accepted_.begin(), static_cast<std::ptrdiff_t>(i));
  }

  const std::vector<nghttp2_nv> get_{field(":method", "GET"), field(":scheme", "http"),
                                     field(":authority", "a"), field(":path", "/x")};
  const std::vector<nghttp2_nv> bad_{get_[0], get_[1], get_[2], get_[3], field("connection", "close")};
  const std::vector<nghttp2_nv> ok_{field(":status", "200"), field("X-Upper", "yes")};
  std::size_t most_ = 100;
  std::list<std::unique_ptr<TestStream>> accepted_;
  H2Session server_{H2Session::Role::server, {}, this};
  H2Session client_{H2Session::Role::client, {}, nullptr};

 private:
  static bool pass(H2Session& from, H2Session& to, bool& fine) {
    bool said = false;
    std::array<char, 100'000> out;
    for (;;) {
      const auto size = from.produce(std::span(out).first(std::max<std::size_t>(GetParam(), 20'000)));
      if (size == 0) return said;
      said = true;
      for (std::size_t at = 0; at < size && fine; at += GetParam())
        fine = receive(to, {out.data() + at, std::min(GetParam(), size - at)});
      if (!fine) return false;
    }
  }
};

TEST_P(H2SessionTest, RequestAndResponse_ComeWhole) {
  TestStream stream;
  ASSERT_TRUE(client_.send_request(stream, get_, part_of("", true)));
  ASSERT_TRUE(talk());
  ASSERT_EQ(accepted_.size(), 1u);
  EXPECT_EQ(server_.next_with_news(), &accepted());
  EXPECT_TRUE(accepted().has_head());
  EXPECT_TRUE(accepted().is_bodiless());
  RequestHead request;
  ASSERT_TRUE(accepted().take_head().read(request));
  EXPECT_EQ(request.target, "/x");

  const auto body = part_of("hello", true);
  ASSERT_TRUE(server_.send_response(accepted(), ok_, body));
  ASSERT_TRUE(talk());
  EXPECT_EQ(client_.next_with_news(), &stream);
  ResponseHead response;
  ASSERT_TRUE(stream.take_head().read(response));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.fields.begin()->name, "x-upper");
  BodyPart part;
  EXPECT_EQ(stream.take_arrivals(part), BodyStatus::ok);
  EXPECT_TRUE(part.end);
  EXPECT_EQ(std::string_view(static_cast<char*>(part.pieces[0].iov_base), part.bytes), "hello");
  EXPECT_TRUE(stream.closed_cleanly());
  EXPECT_TRUE(accepted().closed_cleanly());
}

TEST_P(H2SessionTest, BodyBeyondTheWindow_WaitsUntilItIsTaken) {
  TestStream stream;
  const std::string large(200'000, 'x');
  const auto body = part_of(large, true);
  ASSERT_TRUE(client_.send_request(stream, get_, body));
  std::size_t taken = 0;
  for (int turn = 0; turn < 10 && taken < large.size(); ++turn) {
    ASSERT_TRUE(talk());
    BodyPart part;
    ASSERT_EQ(accepted().take_arrivals(part), BodyStatus::ok);
    EXPECT_LE(part.bytes, 64u * 1024) << "one window";
    taken += part.bytes;
    EXPECT_EQ(part.end, taken == large.size());
    EXPECT_EQ(stream.is_sending(), taken < large.size());
    server_.give_back_window(accepted());
  }
  EXPECT_EQ(taken, large.size());
  client_.release(stream);
}

TEST_P(H2SessionTest, Trailers_EndABody) {
  TestStream stream;
  Fields trailers;
  ASSERT_TRUE(trailers.add({.name = "x-sum", .value = "1"}));
  auto body = part_of("abc", true);
  body.trailers = &trailers;
  ASSERT_TRUE(client_.send_request(stream, get_, body));
  ASSERT_TRUE(talk());
  EXPECT_FALSE(accepted().is_bodiless());
  BodyPart part;
  ASSERT_EQ(accepted().take_arrivals(part), BodyStatus::ok);
  EXPECT_TRUE(part.end);
  ASSERT_TRUE(part.trailers);
  EXPECT_EQ(part.trailers->begin()->value, "1");
  client_.release(stream);
}

TEST_P(H2SessionTest, TrailersAfterThePartsOfABody_LeaveNothingToSend) {
  TestStream stream;
  const auto first = part_of("abc", false);
  ASSERT_TRUE(client_.send_request(stream, get_, first));
  ASSERT_TRUE(talk());
  Fields trailers;
  ASSERT_TRUE(trailers.add({.name = "x-sum", .value = "1"}));
  auto last = part_of("", true);
  last.trailers = &trailers;
  client_.send_part(stream, last);
  ASSERT_TRUE(talk());
  EXPECT_TRUE(accepted().has_ended());
  EXPECT_FALSE(stream.is_sending());
  client_.release(stream);
}

TEST_P(H2SessionTest, StreamThatIsRefused_WasNotLookedAt) {
  most_ = 0;
  TestStream stream;
  ASSERT_TRUE(client_.send_request(stream, get_, part_of("", true)));
  ASSERT_TRUE(talk());
  EXPECT_TRUE(stream.was_refused());
}

TEST_P(H2SessionTest, ExchangeThatIsOverEarly_ResetsItsStream) {
  TestStream stream;
  const auto first = part_of("abc", false);
  ASSERT_TRUE(client_.send_request(stream, get_, first));
  ASSERT_TRUE(talk());
  client_.release(stream);
  ASSERT_TRUE(talk());
  EXPECT_TRUE(accepted().is_closed());
  EXPECT_FALSE(accepted().closed_cleanly());
  BodyPart part;
  EXPECT_EQ(accepted().take_arrivals(part), BodyStatus::ok) << "what came before";
  EXPECT_EQ(accepted().take_arrivals(part), BodyStatus::truncated);
}

TEST_P(H2SessionTest, Goodbye_EndsTheSessionOnceNothingIsInFlight) {
  TestStream stream;
  ASSERT_TRUE(client_.send_request(stream, get_, part_of("", true)));
  ASSERT_TRUE(talk());
  server_.announce_end();
  server_.ping();
  EXPECT_TRUE(server_.is_pinging());
  ASSERT_TRUE(talk());
  EXPECT_FALSE(server_.is_pinging());
  EXPECT_FALSE(client_.takes_requests());
  server_.end(NGHTTP2_NO_ERROR);
  ASSERT_TRUE(talk());
  EXPECT_FALSE(server_.is_over()) << "a stream is open";
  ASSERT_TRUE(server_.send_response(accepted(), ok_, part_of("", true)));
  ASSERT_TRUE(talk());
  EXPECT_TRUE(server_.is_over());
}

TEST_P(H2SessionTest, Pings_AreCountedUntilTheOtherSendsAMessage) {
  TestStream stream;
  ASSERT_TRUE(client_.send_request(stream, get_, part_of("", true)));
  for (std::uint32_t i = 1; i <= 3; ++i) {
    client_.ping();
    ASSERT_TRUE(talk());
    EXPECT_FALSE(client_.is_pinging());
    EXPECT_EQ(client_.pings(), i);
  }
  ASSERT_TRUE(server_.send_response(accepted(), ok_, part_of("", true)));
  ASSERT_TRUE(talk());
  EXPECT_EQ(client_.pings(), 0U);
}

TEST_P(H2SessionTest, RapidResets_AreShownTheDoorWhateverTheirCode) {
  for (int i = 0; i < 400 && server_.abuse() == Abuse::none; ++i) {
    TestStream stream;
    if (!client_.send_request(stream, get_, part_of("", true))) break;
    ASSERT_TRUE(talk());
    if (i % 2 == 0) client_.reset(stream, NGHTTP2_NO_ERROR);
    client_.release(stream);
    ASSERT_TRUE(talk());
    server_.release(accepted());
    accepted_.clear();
  }
  EXPECT_EQ(server_.abuse(), Abuse::resets);
}

TEST_P(H2SessionTest, MistakesBetweenResetsWithoutAnError_AreStillTooMany) {
  for (int i = 0; i < 100 && server_.abuse() == Abuse::none; ++i) {
    TestStream mistaken, stream;
    if (!client_.send_request(mistaken, bad_, part_of("", true))) break;
    if (!client_.send_request(stream, get_, part_of("", true))) break;
    ASSERT_TRUE(talk());
    client_.reset(stream, NGHTTP2_NO_ERROR);
    std::ignore = talk();
    for (auto& each : accepted_) server_.release(*each);
    accepted_.clear();
    client_.release(stream);
    client_.release(mistaken);
  }
  EXPECT_EQ(server_.abuse(), Abuse::stream_errors);
}

TEST_P(H2SessionTest, ClientsResetWithoutAnError_IsNoCleanEndOfAnExchange) {
  TestStream stream;
  ASSERT_TRUE(client_.send_request(stream, get_, part_of("", true)));
  ASSERT_TRUE(talk());
  client_.reset(stream, NGHTTP2_NO_ERROR);
  ASSERT_TRUE(talk());
  EXPECT_TRUE(accepted().is_closed());
  EXPECT_FALSE(accepted().closed_cleanly());
}

TEST_P(H2SessionTest, ServersResetWithoutAnError_EndsAnAnswerThatNeedsNoMoreOfTheRequest) {
  TestStream stream;
  const auto first = part_of("abc", false);
  ASSERT_TRUE(client_.send_request(stream, get_, first));
  ASSERT_TRUE(talk());
  ASSERT_TRUE(server_.send_response(accepted(), ok_, part_of("", true)));
  ASSERT_TRUE(talk());
  server_.reset(accepted(), NGHTTP2_NO_ERROR);
  ASSERT_TRUE(talk());
  EXPECT_TRUE(stream.has_ended());
  EXPECT_TRUE(stream.closed_cleanly());
  EXPECT_TRUE(accepted().closed_cleanly());
}

TEST_P(H2SessionTest, AnswersThatNobodyTakes_HoldBackNoOthersOfTheConnection) {
  constexpr std::size_t count = 40;  // windows of streams: more than that of the connection
  const std::string window(64 * 1024, 'x');
  const auto part = part_of(window, true);
  std::list<TestStream> streams(count);
  for (auto& stream : streams) ASSERT_TRUE(client_.send_request(stream, get_, part_of("", true)));
  ASSERT_TRUE(talk());
  ASSERT_EQ(accepted_.size(), count);
  for (auto& each : accepted_) ASSERT_TRUE(server_.send_response(*each, ok_, part));
  ASSERT_TRUE(talk());
  for (auto& stream : streams) {
    EXPECT_TRUE(stream.has_ended());
    BodyPart taken;
    EXPECT_EQ(stream.take_arrivals(taken), BodyStatus::ok);
    EXPECT_EQ(taken.bytes, window.size());
    client_.give_back_window(stream);
  }
}

TEST_P(H2SessionTest, InterimHeadsOfOneStream_DoNotAddUp) {
  TestStream stream;
  ASSERT_TRUE(client_.send_request(stream, get_, part_of("", true)));
  ASSERT_TRUE(talk());
  const std::string large(15'000, 'x');
  for (int i = 0; i < 100; ++i) {  // three times what all streams of a connection may hold
    server_.send_interim(accepted(), std::vector{field(":status", "103"), field("link", large)});
    ASSERT_TRUE(talk());
    ResponseHead hint;
    ASSERT_TRUE(stream.take_head().read(hint)) << i;
  }
  client_.release(stream);
}

TEST_P(H2SessionTest, AnswerBeyondTheWindow_WaitsUntilItIsTaken) {
  TestStream stream;
  const std::string large(200'000, 'x');
  const auto body = part_of(large, true);
  ASSERT_TRUE(client_.send_request(stream, get_, part_of("", true)));
  ASSERT_TRUE(talk());
  ASSERT_TRUE(server_.send_response(accepted(), ok_, body));
  std::size_t taken = 0;
  for (int turn = 0; turn < 10 && taken < large.size(); ++turn) {
    ASSERT_TRUE(talk());
    BodyPart part;
    ASSERT_EQ(stream.take_arrivals(part), BodyStatus::ok);
    EXPECT_LE(part.bytes, 64u * 1024) << "one window";
    taken += part.bytes;
    client_.give_back_window(stream);
  }
  EXPECT_EQ(taken, large.size());
}

TEST_P(H2SessionTest, RequestThatIsMalformed_LeavesNoBlockUnfinished) {
  TestStream stream;
  ASSERT_TRUE(client_.send_request(stream, bad_, part_of("", true)));
  ASSERT_TRUE(talk());
  EXPECT_TRUE(stream.is_closed());
  EXPECT_FALSE(server_.is_in_block());
}

TEST_P(H2SessionTest, TrailersThatAreMalformed_LeaveNoBlockUnfinished) {
  TestStream stream;
  Fields trailers;
  ASSERT_TRUE(trailers.add({.name = "connection", .value = "1"}));
  auto body = part_of("abc", true);
  body.trailers = &trailers;
  ASSERT_TRUE(client_.send_request(stream, get_, body));
  ASSERT_TRUE(talk());
  EXPECT_FALSE(server_.is_in_block());
  client_.release(stream);
}

// A stream that is over before its block is: the rest of the block is nobody's.
TEST_P(H2SessionTest, RequestThatIsRefusedBeforeItIsWhole_LeavesNoBlockUnfinished) {
  most_ = 0;
  const std::string long_value(10'000, 'x');
  auto fields = get_;
  fields.push_back(field("x-long", long_value));
  TestStream stream;
  ASSERT_TRUE(client_.send_request(stream, fields, part_of("", true)));
  std::string bytes(20'000, '\0');
  bytes.resize(client_.produce(bytes));
  const auto half = bytes.size() / 2;
  ASSERT_TRUE(receive(server_, {bytes.data(), half}));
  EXPECT_FALSE(server_.is_in_block());
  ASSERT_TRUE(talk());  // the refusal goes out
  ASSERT_TRUE(receive(server_, {bytes.data() + half, bytes.size() - half}));
  ASSERT_TRUE(talk());
  EXPECT_FALSE(server_.is_in_block());
  EXPECT_TRUE(stream.was_refused());
}

// However small the pieces are that they come in: one that is taken whole does not begin a turn anew, and has
// its price.
TEST_P(H2SessionTest, FramesOfManyReads_AreOfOneTurn) {
  ASSERT_TRUE(talk());
  constexpr std::string_view ping(
      "\0\0\10\6\0\0\0\0\0"
      "12345678",
      17);
  std::string flood;
  for (int i = 0; i < 1000; ++i) flood += ping;
  std::size_t turns = 0, reads = 0;
  server_.begin_turn();
  for (std::string_view left = flood; !left.empty();) {
    auto piece = left.substr(0, GetParam());
    left.remove_prefix(piece.size());
    while (!piece.empty()) {
      ASSERT_TRUE(server_.receive(piece));
      turns += server_.is_turn_over();
      ++reads;
    }
  }
  EXPECT_NEAR(turns, (1000 + 2 * reads) / 500, 1) << "each may go a little over its budget";
}

INSTANTIATE_TEST_SUITE_P(InPiecesOf, H2SessionTest, testing::Values(1, 7, 100'000));

}  // namespace
}  // namespace sluice
