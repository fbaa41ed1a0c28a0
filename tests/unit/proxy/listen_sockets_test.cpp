#include "proxy/listen_sockets.h"

#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <set>

#include "proxy/socket_address.h"

namespace sluice {
namespace {

Listener listener_on(const std::string& ip, std::uint16_t port) {
  Listener listener;
  listener.name = "edge";
  listener.ip = ip;
  listener.port = port;
  listener.address = ip + ":" + std::to_string(port);
  return listener;
}

// Whether a client gets through to one of the sockets of that port.
bool connects(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = SocketAddress::make("127.0.0.1", port);
  const bool connected = ::connect(fd, address->raw(), address->size) == 0;
  ::close(fd);
  return connected;
}

TEST(ListenSockets, PortZero_IsOnePortForAllWorkers) {
  const auto sockets = ListenSockets::open(listener_on("127.0.0.1", 0), 3, {});
  ASSERT_TRUE(sockets) << sockets.error();
  EXPECT_EQ((*sockets)->configured_port(), 0);
  EXPECT_NE((*sockets)->port(), 0);
  std::set<int> fds;
  for (unsigned worker = 0; worker < 3; ++worker) {
    const int fd = (*sockets)->take(worker);
    EXPECT_EQ(SocketAddress::local_of(fd).port(), (*sockets)->port());
    fds.insert(fd);
  }
  EXPECT_EQ(fds.size(), 3u);
  EXPECT_TRUE(connects((*sockets)->port()));
  for (const int fd : fds) ::close(fd);
}

TEST(ListenSockets, AcceptedConnections_SendAtOnce) {
  const auto sockets = ListenSockets::open(listener_on("127.0.0.1", 0), 1, {});
  ASSERT_TRUE(sockets);
  ASSERT_TRUE(connects((*sockets)->port()));
  const int listening = (*sockets)->take(0);
  const int fd = ::accept(listening, nullptr, nullptr);
  int on = 0;
  socklen_t size = sizeof on;
  EXPECT_EQ(::getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &size), 0);
  EXPECT_EQ(on, 1);
  ::close(fd);
  ::close(listening);
}

TEST(ListenSockets, PortOfAnother_IsRefusedByName) {
  const auto first = ListenSockets::open(listener_on("127.0.0.1", 0), 1, {});
  ASSERT_TRUE(first);
  const auto port = (*first)->port();
  const auto second = ListenSockets::open(listener_on("127.0.0.1", port), 1, {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(), "listener `edge`: cannot listen on 127.0.0.1:" + std::to_string(port) +
                                ": Address already in use");
}

TEST(ListenSockets, NotTaken_AreClosedWithIt) {
  std::uint16_t port = 0;
  {
    const auto sockets = ListenSockets::open(listener_on("127.0.0.1", 0), 2, {});
    ASSERT_TRUE(sockets);
    port = (*sockets)->port();
    EXPECT_TRUE(connects(port));
  }
  EXPECT_FALSE(connects(port));
  EXPECT_TRUE(ListenSockets::open(listener_on("127.0.0.1", port), 1, {}));
}

TEST(ListenSockets, TakenOnce_IsTheCallersOwn) {
  auto sockets = ListenSockets::open(listener_on("127.0.0.1", 0), 1, {});
  ASSERT_TRUE(sockets);
  const int fd = (*sockets)->take(0);
  EXPECT_EQ((*sockets)->take(0), -1);
  const auto port = (*sockets)->port();
  sockets->reset();
  EXPECT_TRUE(connects(port));
  ::close(fd);
}

TEST(ListenSockets, AddressThatIsNotOurs_IsRefused) {
  const auto sockets = ListenSockets::open(listener_on("192.0.2.1", 0), 1, {});
  ASSERT_FALSE(sockets);
  EXPECT_NE(sockets.error().find("Cannot assign requested address"), std::string::npos) << sockets.error();
  EXPECT_FALSE(ListenSockets::open(listener_on("nonsense", 0), 1, {}));
}

TEST(InheritedSockets, WithoutTheVariables_ThereAreNone) {
  ::unsetenv("LISTEN_PID");
  ::unsetenv("LISTEN_FDS");
  EXPECT_EQ(InheritedSockets::from_environment().find("127.0.0.1", 80), -1);
}

TEST(InheritedSockets, OfAnotherProcess_AreNotOurs) {
  ::setenv("LISTEN_PID", "1", 1);
  ::setenv("LISTEN_FDS", "5", 1);
  EXPECT_EQ(InheritedSockets::from_environment().find("127.0.0.1", 80), -1);
  EXPECT_STREQ(::getenv("LISTEN_FDS"), "5");
  ::unsetenv("LISTEN_PID");
  ::unsetenv("LISTEN_FDS");
}

}  // namespace
}  // namespace sluice
