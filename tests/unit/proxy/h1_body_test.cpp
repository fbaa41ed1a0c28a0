// Bodies between a buffer and a socket: what is taken, where it ends, and what is written around it.
#include "proxy/h1_body.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

#include "proxy/h1_write.h"

namespace sluice {
namespace {

using Status = H1BodyReader::Status;
using Kind = Framing::Kind;

std::string text_of(const BodyPart& part) {
  std::string text;
  for (std::size_t i = 0; i < part.count; ++i)
    text.append(static_cast<const char*>(part.pieces[i].iov_base), part.pieces[i].iov_len);
  EXPECT_EQ(text.size(), part.bytes);
  return text;
}

class H1BodyTest : public testing::Test {
 protected:
  H1BodyTest() {
    int fds[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    stream_ = std::make_unique<PlainStream>(io_, wheel_, fds[0]);
    peer_ = fds[1];
  }
  ~H1BodyTest() override {
    if (peer_ >= 0) ::close(peer_);
  }

  void buffered(std::string_view text) {
    std::memcpy(buffer_.space().data(), text.data(), text.size());
    buffer_.filled(text.size());
  }
  void arrives(std::string_view text) {
    EXPECT_EQ(::write(peer_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void peer_ends() { ::close(std::exchange(peer_, -1)); }
  std::string sent() {
    char text[4096];
    const auto n = ::read(peer_, text, sizeof text);
    return n > 0 ? std::string(text, static_cast<std::size_t>(n)) : "";
  }

  Awaitable<> read_all(H1BodyReader& reader) {
    do {
      BodyPart part;
      status_ = co_await reader.read(part);
      if (status_ == Status::part) body_ += text_of(part);
      if (part.trailers) trailers_ = part.trailers->size();
    } while (status_ == Status::part && !reader.done());
  }
  // Reads until the end or an error; all that comes is there already.
  Status read_whole(const Framing& framing) {
    H1BodyReader reader(*stream_, buffer_, framing);
    bool ended = false;
    asio::co_spawn(io_, read_all(reader), [&](std::exception_ptr) { ended = true; });
    const auto end = Clock::now() + std::chrono::seconds(10);
    while (!ended && Clock::now() < end) io_.run_one_until(end);
    EXPECT_TRUE(ended);
    return status_;
  }

  asio::io_context io_;
  DeadlineWheel wheel_{io_};
  std::unique_ptr<PlainStream> stream_;
  int peer_ = -1;
  BlockPool pool_;
  Buffer buffer_{pool_};
  Status status_ = Status::cancelled;
  std::string body_;
  std::size_t trailers_ = 0;
};

TEST_F(H1BodyTest, WithoutBody_IsDoneAtOnce) {
  buffered("GET / HTTP/1.1");
  H1BodyReader reader(*stream_, buffer_, {});
  BodyPart part;
  EXPECT_TRUE(reader.done());
  EXPECT_EQ(reader.take_buffered(part), Status::part);
  EXPECT_TRUE(part.end);
  EXPECT_EQ(buffer_.unread(), "GET / HTTP/1.1");
}

TEST_F(H1BodyTest, Length_TakesThatMuchAndLeavesTheNextRequest) {
  buffered("helloGET /");
  H1BodyReader reader(*stream_, buffer_, {Kind::length, 5});
  BodyPart part;
  EXPECT_EQ(reader.take_buffered(part), Status::part);
  EXPECT_EQ(text_of(part), "hello");
  EXPECT_TRUE(part.end && reader.done());
  EXPECT_EQ(buffer_.unread(), "GET /");
}

TEST_F(H1BodyTest, PartOfALength_IsNotTheEnd) {
  buffered("he");
  H1BodyReader reader(*stream_, buffer_, {Kind::length, 5});
  BodyPart part;
  EXPECT_EQ(reader.take_buffered(part), Status::part);
  EXPECT_EQ(text_of(part), "he");
  EXPECT_FALSE(part.end || reader.done());
}

TEST_F(H1BodyTest, ManyChunks_ComeInPartsOfAtMostTheirCapacity) {
  std::string coded, data;
  for (char c = 'a'; c < 'a' + 20; ++c) {
    coded += "1\r\n" + std::string(1, c) + "\r\n";
    data += c;
  }
  buffered(coded + "0\r\nX: y\r\n\r\nrest");
  EXPECT_EQ(read_whole({.kind = Kind::chunked}), Status::part);
  EXPECT_EQ(body_, data);
  EXPECT_EQ(trailers_, 1u);
  EXPECT_EQ(buffer_.unread(), "rest");
}

TEST_F(H1BodyTest, BufferedAndArriving_AreOneBody) {
  buffered("3\r\nab");
  arrives("c\r\n2\r\nde\r\n0\r\n\r\n");
  EXPECT_EQ(read_whole({.kind = Kind::chunked}), Status::part);
  EXPECT_EQ(body_, "abcde");
}

TEST_F(H1BodyTest, BrokenChunk_IsMalformed) {
  buffered("3\r\nabcd");
  EXPECT_EQ(read_whole({.kind = Kind::chunked}), Status::malformed);
}

TEST_F(H1BodyTest, EndBeforeTheBodys_IsTruncated) {
  for (const auto& framing : {Framing{Kind::length, 5}, Framing{.kind = Kind::chunked}}) {
    if (peer_ >= 0) {
      arrives("1");
      peer_ends();
    }
    EXPECT_EQ(read_whole(framing), Status::truncated);
  }
}

TEST_F(H1BodyTest, UntilClose_EndsWithTheConnection) {
  buffered("ab");
  arrives("cd");
  peer_ends();
  EXPECT_EQ(read_whole({.kind = Kind::until_close}), Status::part);
  EXPECT_EQ(body_, "abcd");
}

TEST_F(H1BodyTest, HeadInFront_StaysUntouchedUntilItIsReleased) {
  buffered("HEAD");
  const auto head = buffer_.unread();
  buffer_.consume(4);
  arrives("body!");
  EXPECT_EQ(read_whole({Kind::length, 5}), Status::part);
  EXPECT_EQ(body_, "body!");
  EXPECT_EQ(head, "HEAD");
}

struct Written {
  const char* data;
  bool end;
  Encoding encoding;
  const char* expected;
};

TEST_F(H1BodyTest, Writes_PutTheCodingAroundTheData) {
  for (const auto& [data, end, encoding, expected] :
       {Written{"hello", true, Encoding::identity, "headhello"},
        Written{"", true, Encoding::identity, "head"},
        Written{"hello", false, Encoding::chunked, "head5\r\nhello\r\n"},
        Written{"hello", true, Encoding::chunked, "head5\r\nhello\r\n0\r\n\r\n"},
        Written{"", true, Encoding::chunked, "head0\r\n\r\n"},
        Written{"", false, Encoding::chunked, "head"}}) {
    BodyPart part;
    if (*data) part.add(data);
    part.end = end;
    H1Write write("head", part, encoding);
    EXPECT_EQ(write.try_on(*stream_), IoStatus::ok);
    EXPECT_EQ(sent(), expected);
  }
}

TEST_F(H1BodyTest, WriteOfAFullPartWithTrailers_DecodesToItself) {
  Fields trailers;
  ASSERT_TRUE(trailers.add({.name = "X-Sum", .value = "1"}));
  BodyPart part;
  const std::string piece(16, 'x');
  while (!part.full()) part.add(piece);
  part.end = true;
  part.trailers = &trailers;
  H1Write write("", part, Encoding::chunked);
  EXPECT_EQ(write.try_on(*stream_), IoStatus::ok);
  EXPECT_EQ(sent(), "80\r\n" + std::string(128, 'x') + "\r\n0\r\nX-Sum: 1\r\n\r\n");
}

}  // namespace
}  // namespace sluice
