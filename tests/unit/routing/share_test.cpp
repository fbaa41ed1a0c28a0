// What users see of the split: how near the measured share comes to the configured one, and who moves when it
// changes.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>
#include <random>
#include <string>

#include "routing/point.h"
#include "routing/split.h"

namespace sluice {
namespace {

Split split_of(std::uint64_t blue, std::uint64_t green) {
  const Weight weights[] = {{blue * Weight::unit}, {green * Weight::unit}};
  return Split::from_weights(weights);
}

constexpr int identities = 100'000;
std::string identity(int number) {
  return "user-" + std::to_string(number);
}

TEST(Sequence, MillionPointsAtNinetyTen_AreOffByLessThanAHundredthOfAPoint) {
  const auto split = split_of(90, 10);
  for (const Point start : {Point{0}, Point{12345}, ~Point{0} / 3}) {
    PointSequence sequence(start);
    int green = 0;
    for (int i = 0; i < 1'000'000; ++i) green += split.variant_at(sequence.next()) == 1;
    EXPECT_LT(std::abs(green / 1'000'000.0 - 0.1), 0.0001);
  }
}

TEST(Sequence, AnyThousandPointsInARow_HoldAHundredGiveOrTakeTwoOrThree) {
  const auto split = split_of(90, 10);
  PointSequence sequence(77);
  for (int block = 0; block < 1'000; ++block) {
    int green = 0;
    for (int i = 0; i < 1'000; ++i) green += split.variant_at(sequence.next()) == 1;
    EXPECT_NEAR(green, 100, 3) << "block " << block;
  }
}

TEST(Identities, SameSplitMadeAgain_MovesNobody) {
  const auto seed = salt_seed("shop");
  const auto before = split_of(90, 10), after = split_of(9, 1);
  for (int i = 0; i < identities; ++i) {
    const auto point = point_of(seed, identity(i));
    ASSERT_EQ(before.variant_at(point), after.variant_at(point)) << identity(i);
  }
}

TEST(Identities, TenToTwentyPercent_MovesTenPercentAllInOneDirection) {
  const auto seed = salt_seed("shop");
  const auto before = split_of(90, 10);
  const Weight weights[] = {{80 * Weight::unit}, {20 * Weight::unit}};
  const auto after = before.rebalanced(weights).split;
  int moved = 0;
  for (int i = 0; i < identities; ++i) {
    const auto point = point_of(seed, identity(i));
    if (before.variant_at(point) == after.variant_at(point)) continue;
    ++moved;
    ASSERT_EQ(after.variant_at(point), 1u) << identity(i) << " moved the wrong way";
  }
  EXPECT_NEAR(moved / double{identities}, 0.1, 0.003);
}

TEST(Identities, TwoSalts_AreIndependent) {
  const auto split = split_of(50, 50);
  int both = 0;
  for (int i = 0; i < identities; ++i)
    both += split.variant_at(point_of(salt_seed("shop"), identity(i))) == 1 &&
            split.variant_at(point_of(salt_seed("search"), identity(i))) == 1;
  EXPECT_NEAR(both / double{identities}, 0.25, 0.006);
}

// A change of these values moves every user of every installation.
TEST(Point, IsTheSameForEver) {
  EXPECT_EQ(salt_seed("shop"), 17580852520372243673u);
  EXPECT_EQ(point_of(salt_seed("shop"), "user-1"), 5478833530101367380u);
  EXPECT_EQ(point_of(0, ""), 3244421341483603138u);
}

// A cookie that carried the version would hold on to whoever met the canary once: its share would drift to
// 100 %.
TEST(StickyCanary, TenThousandReturningUsers_ShareNeitherMissesNorDrifts) {
  const std::array weights{Weight{90 * Weight::unit}, Weight{10 * Weight::unit}};
  const auto split = Split::from_weights(weights);
  const auto seed = salt_seed("shop");
  constexpr int requests = 1'000'000, deciles = 10, users = 10'000;
  std::mt19937_64 random(7);
  std::array<int, deciles> canary{};
  for (int i = 0; i < requests; ++i) {
    const auto id = "returning-" + std::to_string(random() % users);
    canary[static_cast<std::size_t>(i / (requests / deciles))] += split.variant_at(point_of(seed, id)) == 1;
  }
  const auto percent = [](int count) { return 100.0 * count / (requests / deciles); };
  const auto all = std::accumulate(canary.begin(), canary.end(), 0);
  EXPECT_NEAR(percent(all) / deciles, 10, 1.0);
  EXPECT_NEAR(percent(canary.front()), percent(canary.back()), 0.3);
}

}  // namespace
}  // namespace sluice
