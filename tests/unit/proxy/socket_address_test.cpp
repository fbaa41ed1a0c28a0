#include "proxy/socket_address.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace sluice {
namespace {

TEST(SocketAddress, V4AndV6_ComeBackAsTheyWere) {
  for (const std::string ip : {"127.0.0.1", "0.0.0.0", "255.255.255.255", "::1", "::", "2001:db8::1"}) {
    const auto address = SocketAddress::make(ip, 8443);
    ASSERT_TRUE(address) << ip;
    EXPECT_EQ(address->ip_text(), ip);
    EXPECT_EQ(address->port(), 8443);
    EXPECT_EQ(address->raw()->sa_family, ip.find(':') == std::string::npos ? AF_INET : AF_INET6);
  }
}

TEST(SocketAddress, MappedV4_ReadsAsV4) {
  const auto mapped = SocketAddress::make("::ffff:192.0.2.1", 1);
  ASSERT_TRUE(mapped);
  EXPECT_EQ(mapped->ip_text(), "192.0.2.1");
  EXPECT_EQ(mapped->bytes(), SocketAddress::make("192.0.2.1", 2)->bytes());
}

TEST(SocketAddress, NoNumericAddress_IsNone) {
  for (const std::string ip :
       {"", "localhost", "1.2.3", "1.2.3.256", "1.2.3.4 ", "[::1]", "::1%lo", "0x7f.1"})
    EXPECT_FALSE(SocketAddress::make(ip, 1)) << ip;
}

TEST(SocketAddress, OfABoundSocket_HasItsRealPort) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto any = SocketAddress::make("127.0.0.1", 0);
  ASSERT_EQ(::bind(fd, any->raw(), any->size), 0);
  const auto local = SocketAddress::local_of(fd);
  EXPECT_EQ(local.ip_text(), "127.0.0.1");
  EXPECT_NE(local.port(), 0);
  ::close(fd);
}

}  // namespace
}  // namespace sluice
