#include "control/address.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(ParseAddress, HostsOfEachKind_AreRead) {
  EXPECT_EQ(parse_address("127.0.0.1:80"), (HostPort{"127.0.0.1", 80}));
  EXPECT_EQ(parse_address("[::1]:8443"), (HostPort{"::1", 8443}));
  EXPECT_EQ(parse_address("app-1.internal:65535"), (HostPort{"app-1.internal", 65535}));
}

TEST(ParseAddress, AnythingElse_IsRefused) {
  for (const auto* text :
       {"", ":80", "80", "host", "host:", "host:http", "host:65536", "host:-1", "::1:80", "[::1]", "[a]:1",
        "[127.0.0.1]:80", "http://host:80", "ho st:80", "host:80 ", "[::1:80", "user@host:80"})
    EXPECT_FALSE(parse_address(text)) << text;
}

TEST(ParseListenAddress, MustBeNumeric) {
  EXPECT_EQ(parse_listen_address("localhost:0"), (HostPort{"127.0.0.1", 0}));
  EXPECT_EQ(parse_listen_address("[::]:80"), (HostPort{"::", 80}));
  EXPECT_FALSE(parse_listen_address("example.com:80"));
  EXPECT_FALSE(parse_listen_address("256.0.0.1:80"));
}

TEST(IsLoopback, OfBothFamilies) {
  EXPECT_TRUE(is_loopback("127.0.0.1"));
  EXPECT_TRUE(is_loopback("127.9.9.9"));
  EXPECT_TRUE(is_loopback("::1"));
  EXPECT_FALSE(is_loopback("0.0.0.0"));
  EXPECT_FALSE(is_loopback("::"));
  EXPECT_FALSE(is_loopback("10.0.0.1"));
  EXPECT_FALSE(is_loopback("name"));
}

TEST(ParseRange, V4_IsMappedIntoV6) {
  const auto ten = parse_range("10.0.0.0/8");
  ASSERT_TRUE(ten);
  EXPECT_EQ(ten->prefix, 104);
  EXPECT_TRUE(ten->contains({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 1, 2, 3}));
  EXPECT_FALSE(ten->contains({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 11, 1, 2, 3}));
  EXPECT_EQ(parse_range("10.0.0.1")->prefix, 128);
  EXPECT_EQ(parse_range("0.0.0.0/0")->prefix, 96);
  EXPECT_EQ(parse_range("2001:db8::/32")->prefix, 32);
}

TEST(ParseRange, AnythingElse_IsRefused) {
  for (const auto* text :
       {"", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "/8", "10.0.0/8", "::/129", "host/8", "10.0.0.0/8/8"})
    EXPECT_FALSE(parse_range(text)) << text;
}

TEST(Resolve, NumericHost_IsItself) {
  EXPECT_EQ(resolve("10.0.0.7"), "10.0.0.7");
  EXPECT_EQ(resolve("2001:db8::1"), "2001:db8::1");
}

TEST(Resolve, Localhost_IsIpv4First) {
  EXPECT_EQ(resolve("localhost"), "127.0.0.1");
}

// ".invalid" never resolves (RFC 2606).
TEST(Resolve, UnknownName_SaysSo) {
  EXPECT_EQ(resolve("app.invalid").error().find("`app.invalid` does not resolve: "), 0u);
}

}  // namespace
}  // namespace sluice
