#include "routing/hash_ring.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "routing/point.h"
#include "tests/unit/routing/target_groups.h"

namespace sluice {
namespace {

constexpr std::uint64_t keys = 100'000;

std::vector<Target> targets_of(const std::vector<std::uint32_t>& weights) {
  std::vector<Target> targets;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    targets.emplace_back().address = "10.0.0." + std::to_string(i) + ":8080";
    targets.back().weight = weights[i];
  }
  return targets;
}

// Where each of the keys goes.
std::vector<std::string> places(const std::vector<Target>& targets) {
  const HashRing ring(targets);
  std::vector<std::string> result;
  for (std::uint64_t k = 0; k < keys; ++k)
    result.push_back(targets[ring.target(ring.find(point_of(k, "key")))].address);
  return result;
}

TEST(HashRing, OneOfTenTargetsGone_MovesItsOwnKeysOnlyAndAtMostTwelvePercent) {
  const auto ten = targets_of(std::vector<std::uint32_t>(10, 1));
  const auto before = places(ten);
  for (std::size_t gone = 0; gone < ten.size(); ++gone) {
    auto nine = ten;
    nine.erase(nine.begin() + static_cast<std::ptrdiff_t>(gone));
    const auto after = places(nine);
    std::uint64_t moved = 0;
    for (std::size_t k = 0; k < keys; ++k) {
      if (before[k] == after[k]) continue;
      ++moved;
      ASSERT_EQ(before[k], ten[gone].address);
    }
    EXPECT_LE(moved, keys * 12 / 100) << gone;
    EXPECT_GE(moved, keys * 8 / 100) << gone;
  }
}

TEST(HashRing, OrderOfTargets_DoesNotMatter) {
  auto targets = targets_of({1, 2, 3, 4});
  const auto before = places(targets);
  std::ranges::reverse(targets);
  EXPECT_EQ(places(targets), before);
}

// Other nodes have made their rings already: whoever changes this moves everybody's keys.
TEST(HashRing, Places_AreTheSameForEver) {
  const auto targets = targets_of({1, 1, 1, 1, 1});
  const HashRing ring(targets);
  std::string picked;
  for (std::uint64_t k = 0; k < 16; ++k)
    picked += std::to_string(ring.target(ring.find(point_of(0, "user-" + std::to_string(k)))));
  EXPECT_EQ(picked, "2024433121413400");
}

TEST(HashRing, Weights_AreSharesOfTheKeys) {
  const auto targets = targets_of({100, 50, 25, 200});
  const auto where = places(targets);
  for (const auto& target : targets)
    EXPECT_NEAR(static_cast<double>(std::ranges::count(where, target.address)) / keys, target.weight / 375.0,
                0.1 * target.weight / 375.0);
}

TEST(HashRing, AnyKey_IsAtTheFirstPlaceFromItAndTheWalkGoesRound) {
  const HashRing ring(targets_of({1, 1, 1}));
  EXPECT_EQ(ring.find(0), 0u);
  EXPECT_EQ(ring.find(~0ull), 0u);  // past the last place
  std::size_t place = ring.find(1ull << 63), steps = 0;
  do place = ring.after(place);
  while (++steps < ring.size());
  EXPECT_EQ(place, ring.find(1ull << 63));
}

TEST(HashRing, LightTarget_HasAPlaceAtLeast) {
  EXPECT_EQ(HashRing(targets_of({256, 1})).size(), HashRing::most_places + 2);
  EXPECT_EQ(HashRing({}).size(), 0u);
}

}  // namespace
}  // namespace sluice
