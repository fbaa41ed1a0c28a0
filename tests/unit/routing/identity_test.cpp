#include "routing/identity.h"

#include <gtest/gtest.h>

#include "tests/unit/routing/heads.h"

namespace sluice {
namespace {

const std::vector<IdentitySource> sources{{.from = IdentityFrom::cookie, .name = "user_id"},
                                          {.from = IdentityFrom::header, .name = "X-User-Id"},
                                          {.from = IdentityFrom::query, .name = "uid"}};

std::optional<std::string> find_identity(const std::vector<IdentitySource>& from, const RequestHead& head) {
  AddressText text;
  const auto found = sluice::find_identity(from, head, text);
  return found ? std::optional<std::string>(*found) : std::nullopt;
}

std::string address_text(const std::array<std::uint8_t, 16>& address, std::uint8_t v4, std::uint8_t v6) {
  AddressText text;
  return std::string(
      text.write(address, {.from = IdentityFrom::address, .name = {}, .v4_prefix = v4, .v6_prefix = v6}));
}

constexpr std::array<std::uint8_t, 16> v4_address{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 0, 2, 187};
constexpr std::array<std::uint8_t, 16> v6_address{0x20, 0x01, 0x0d, 0xb8, 0, 1, 0, 2,
                                                  0,    0,    0,    0,    0, 0, 0, 0x7f};

TEST(FindIdentity, FirstSourceThatIsThere_Wins) {
  EXPECT_EQ(
      find_identity(sources, head_of("GET", "/?uid=q", "", {{"X-User-Id", "h"}, {"Cookie", "user_id=c"}})),
      "c");
  EXPECT_EQ(find_identity(sources, head_of("GET", "/?uid=q", "", {{"x-user-id", "h"}})), "h");
  EXPECT_EQ(find_identity(sources, head_of("GET", "/a?x=1&uid=q&uid=z")), "q");
}

TEST(FindIdentity, EmptyValue_CountsAsAbsent) {
  EXPECT_EQ(
      find_identity(sources, head_of("GET", "/?uid=q", "", {{"X-User-Id", ""}, {"Cookie", "user_id="}})),
      "q");
  EXPECT_FALSE(find_identity(sources, head_of("GET", "/?uid=")));
  EXPECT_FALSE(find_identity(sources, head_of("GET", "/?xuid=1&uidx=2")));
}

TEST(FindIdentity, Address_IsItsNetwork) {
  EXPECT_EQ(address_text(v4_address, 32, 64), "192.0.2.187/32");
  EXPECT_EQ(address_text(v4_address, 24, 64), "192.0.2.0/24");
  EXPECT_EQ(address_text(v4_address, 25, 64), "192.0.2.128/25");
  EXPECT_EQ(address_text(v4_address, 1, 64), "128.0.0.0/1");
  EXPECT_EQ(address_text(v6_address, 32, 64), "2001:0db8:0001:0002:0000:0000:0000:0000/64");
  EXPECT_EQ(address_text(v6_address, 32, 128), "2001:0db8:0001:0002:0000:0000:0000:007f/128");
  EXPECT_EQ(address_text(v6_address, 32, 44), "2001:0db8:0000:0000:0000:0000:0000:0000/44");
}

TEST(FindIdentity, AddressAfterOthers_IsTheLastResort) {
  auto with_address = sources;
  with_address.push_back({.from = IdentityFrom::address, .name = {}, .v4_prefix = 24});
  auto head = head_of("GET", "/");
  head.client = v4_address;
  EXPECT_EQ(find_identity(with_address, head), "192.0.2.0/24");
  EXPECT_EQ(find_identity(with_address, head_of("GET", "/?uid=q")), "q");
}

TEST(FindIdentity, WithoutSources_FindsNobody) {
  EXPECT_FALSE(find_identity({}, head_of("GET", "/?uid=q", "", {{"Cookie", "user_id=c"}})));
}

}  // namespace
}  // namespace sluice
