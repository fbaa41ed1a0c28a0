// Whose budget a request draws on: everybody's, the user's, or the address'.
#include "routing/rate_key.h"

#include <gtest/gtest.h>

#include "tests/unit/routing/heads.h"
#include "tests/unit/routing/world.h"

namespace sluice {
namespace {

using Address = std::array<std::uint8_t, 16>;

constexpr Address v4(std::uint8_t last) {
  return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 0, 2, last};
}
constexpr Address v6(std::uint8_t network, std::uint8_t host) {
  return {0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, network, 0, 0, 0, 0, 0, 0, 0, host};
}

struct RateKeyTest : testing::Test {
  World world;

  std::uint64_t key(LimitBy by, const Address& client, std::string_view user = {}) {
    auto head = user.empty() ? head_of("GET", "/") : head_of("GET", "/", "a", {{"X-User-Id", user}});
    head.client = client;
    Snapshot snapshot;
    snapshot.services.push_back(std::make_shared<const Service>(world.shop));
    Visitor visitor(snapshot, head, world.arrival, world.sequences);
    const RateLimit limit{.gcra = Gcra(Rate{}), .by = by, .service = 0, .seed = 99, .budgets = nullptr};
    return rate_key(limit, snapshot, visitor);
  }
};

TEST_F(RateKeyTest, Everybody_SharesOne) {
  EXPECT_EQ(key(LimitBy::everybody, v4(1), "ann"), key(LimitBy::everybody, v6(1, 1)));
}

TEST_F(RateKeyTest, ByIdentity_AUserIsOneFromAnywhere) {
  EXPECT_EQ(key(LimitBy::identity, v4(1), "ann"), key(LimitBy::identity, v6(1, 1), "ann"));
  EXPECT_NE(key(LimitBy::identity, v4(1), "ann"), key(LimitBy::identity, v4(1), "bob"));
}

TEST_F(RateKeyTest, ByIdentityWithoutOne_GoesByAddress) {
  EXPECT_EQ(key(LimitBy::identity, v4(1)), key(LimitBy::address, v4(1)));
  EXPECT_NE(key(LimitBy::identity, v4(1)), key(LimitBy::identity, v4(2)));
}

// A client that drops its cookies would have a new budget with each request.
TEST_F(RateKeyTest, ByIdentityThatIsMintedNow_GoesByAddress) {
  world.shop.identity.cookie = std::make_shared<const IdentityCookie>(
      IdentityCookie{.name = "sluice_id", .max_age = std::chrono::hours(1), .keys = World::keys()});
  EXPECT_EQ(key(LimitBy::identity, v4(1)), key(LimitBy::address, v4(1)));
}

TEST_F(RateKeyTest, IdentityThatIsTheBytesOfAnAddress_IsAnotherBudget) {
  const auto address = v4(1);
  const std::string_view bytes(reinterpret_cast<const char*>(address.data()), address.size());
  EXPECT_NE(key(LimitBy::identity, v4(2), bytes), key(LimitBy::address, v4(1)));
}

TEST_F(RateKeyTest, ByAddress_V6CountsByItsNetwork) {
  EXPECT_EQ(key(LimitBy::address, v6(1, 1)), key(LimitBy::address, v6(1, 2)));
  EXPECT_NE(key(LimitBy::address, v6(1, 1)), key(LimitBy::address, v6(2, 1)));
  EXPECT_NE(key(LimitBy::address, v4(1)), key(LimitBy::address, v4(2)));
}

}  // namespace
}  // namespace sluice
