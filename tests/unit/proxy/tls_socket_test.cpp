#include "proxy/tls_socket.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>

#include "proxy/socket_address.h"

namespace sluice {
namespace {

// Two ends of a TCP connection, ours with TCP_NODELAY as all of Sluice's.
class TlsSocketTest : public testing::Test {
 protected:
  TlsSocketTest() {
    auto address = SocketAddress::make("127.0.0.1", 0);
    const int listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ::bind(listening, address->raw(), address->size);
    ::listen(listening, 1);
    auto bound = SocketAddress::make("127.0.0.1", SocketAddress::local_of(listening).port());
    connected = ::connect(ours, bound->raw(), bound->size) == 0;
    theirs = ::accept(listening, nullptr, nullptr);
    ::close(listening);
    ::fcntl(ours, F_SETFL, O_NONBLOCK);
    const int on = 1;
    ::setsockopt(ours, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    bio.reset(socket.make_bio());
  }
  ~TlsSocketTest() override {
    ::close(ours);
    ::close(theirs);
  }
  void SetUp() override {
    ASSERT_TRUE(connected);
    ASSERT_TRUE(bio);
  }

  [[nodiscard]] int write(std::string_view text) {
    return BIO_write(bio.get(), text.data(), static_cast<int>(text.size()));
  }
  [[nodiscard]] std::string heard() const {
    std::array<char, 256> bytes{};
    const auto n = ::recv(theirs, bytes.data(), bytes.size(), MSG_DONTWAIT);
    return {bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(n, 0))};
  }

  int ours = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int theirs = -1;
  bool connected = false;
  TlsSocket socket{ours};
  std::unique_ptr<BIO, decltype(&BIO_free)> bio{nullptr, BIO_free};
};

TEST_F(TlsSocketTest, WhatIsFollowedByMore_LeavesWithIt) {
  socket.more_follows(true);
  EXPECT_EQ(write("first "), 6);
  EXPECT_EQ(heard(), "");
  socket.more_follows(false);
  EXPECT_EQ(write("second"), 6);
  EXPECT_EQ(heard(), "first second");
}

TEST_F(TlsSocketTest, WhatIsAlone_LeavesAtOnce) {
  EXPECT_EQ(write("one"), 3);
  EXPECT_EQ(heard(), "one");
  EXPECT_EQ(write("two"), 3);
  EXPECT_EQ(heard(), "two");
}

TEST_F(TlsSocketTest, NothingToRead_IsToBeTriedAgainAndTheEndIsNot) {
  std::array<char, 16> into{};
  EXPECT_EQ(BIO_read(bio.get(), into.data(), into.size()), -1);
  EXPECT_TRUE(BIO_should_read(bio.get()));
  EXPECT_FALSE(BIO_eof(bio.get()));
  ::shutdown(theirs, SHUT_WR);
  EXPECT_EQ(BIO_read(bio.get(), into.data(), into.size()), 0);
  EXPECT_FALSE(BIO_should_retry(bio.get()));
  EXPECT_TRUE(BIO_eof(bio.get()));
}

TEST_F(TlsSocketTest, FullSocket_IsToBeTriedAgainAndABrokenOneIsNot) {
  const std::string block(64 * 1024, 'x');
  int taken = 0;
  while ((taken = write(block)) > 0) {
  }
  EXPECT_EQ(taken, -1);
  EXPECT_TRUE(BIO_should_write(bio.get()));
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(theirs, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(std::exchange(theirs, -1));
  EXPECT_EQ(write(block), -1);  // and no SIGPIPE
  EXPECT_EQ(write(block), -1);
  EXPECT_FALSE(BIO_should_retry(bio.get()));
}

TEST_F(TlsSocketTest, Descriptor_IsKnown) {
  EXPECT_EQ(BIO_get_fd(bio.get(), nullptr), ours);
}

}  // namespace
}  // namespace sluice
