// The split's promises (docs/architecture.md): exact shares, the fewest users moved, and a way back for the
// very same users.
#include "routing/split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace sluice {
namespace {

using Share = Split::Share;
constexpr Share whole = Share{1} << 64;

std::vector<Weight> weights(std::initializer_list<double> values) {
  std::vector<Weight> result;
  for (const double value : values) result.push_back({static_cast<std::uint64_t>(value * Weight::unit)});
  return result;
}

std::vector<Share> held(const Split& split, std::size_t variants) {
  std::vector<Share> shares;
  for (std::uint32_t v = 0; v < variants; ++v) shares.push_back(split.share_of(v));
  return shares;
}

// The width of all points that two splits give to different variants.
Share moved(const Split& a, const Split& b) {
  std::vector<Share> cuts{whole};
  for (const auto* split : {&a, &b})
    for (const auto& range : split->ranges()) cuts.push_back(range.begin);
  std::ranges::sort(cuts);
  Share sum = 0;
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    const auto point = static_cast<Point>(cuts[i]);
    if (a.variant_at(point) != b.variant_at(point)) sum += cuts[i + 1] - cuts[i];
  }
  return sum;
}

Share gains(const std::vector<Share>& from, const std::vector<Share>& to) {
  Share sum = 0;
  for (std::size_t v = 0; v < to.size(); ++v) sum += to[v] > from[v] ? to[v] - from[v] : 0;
  return sum;
}

void expect_well_formed(const Split& split, std::size_t variants) {
  const auto ranges = split.ranges();
  ASSERT_FALSE(ranges.empty());
  EXPECT_EQ(ranges[0].begin, 0u);
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    EXPECT_LT(ranges[i].variant, variants);
    if (i == 0) continue;
    EXPECT_LT(ranges[i - 1].begin, ranges[i].begin);
    EXPECT_NE(ranges[i - 1].variant, ranges[i].variant) << "neighbours of one variant are one range";
  }
}

std::vector<Weight> random_weights(std::mt19937_64& random, std::size_t variants) {
  constexpr std::uint64_t units[] = {1, Weight::unit / 10, Weight::unit, Weight::unit * 1'000};
  std::vector<Weight> result(variants);
  while (std::ranges::all_of(result, [](Weight w) { return w == Weight{}; }))
    for (auto& weight : result) weight.millionths = random() % 3 ? random() % 101 * units[random() % 4] : 0;
  return result;
}

TEST(Split, NinetyTen_TakesTheFirstNineTenthsAndTheRest) {
  const auto split = Split::from_weights(weights({90, 10}));
  EXPECT_EQ(split.ranges().size(), 2u);
  EXPECT_EQ(split.variant_at(0), 0u);
  EXPECT_EQ(split.variant_at(static_cast<Point>(whole / 10 * 9 - 1)), 0u);
  EXPECT_EQ(split.variant_at(~Point{0}), 1u);
}

TEST(Split, Shares_SumToTheWholeByLargestRemainder) {
  const auto shares = Split::shares(weights({1, 1, 1}));
  EXPECT_EQ(shares[0] + shares[1] + shares[2], whole);
  EXPECT_EQ(shares[0], whole / 3 + 1);  // 2^64 = 3k + 1: the one left goes to the first
  EXPECT_EQ(shares[1], whole / 3);
}

TEST(Split, ShareOfZeroWeight_IsZero) {
  const auto shares = Split::shares(weights({0, 7, 0, 0.000001, 3}));
  EXPECT_EQ(shares[0], 0u);
  EXPECT_EQ(shares[2], 0u);
  EXPECT_GT(shares[3], 0u);
}

TEST(Split, AllWeightsZero_HaveNoShares) {
  EXPECT_EQ(Split::shares(weights({0, 0})), (std::vector<Share>{0, 0}));
}

TEST(Split, LargestWeights_DoNotOverflow) {
  const std::vector<Weight> large(200, Weight{Weight::max});
  const auto shares = Split::shares(large);
  EXPECT_EQ(std::accumulate(shares.begin(), shares.end(), Share{0}), whole);
}

TEST(Split, OnlyVariant_HasTheWholeLine) {
  const auto split = Split::from_weights(weights({0, 5}));
  EXPECT_EQ(split.share_of(1), whole);
  EXPECT_EQ(split.variant_at(0), 1u);
}

TEST(Split, RebalancedToNothing_StaysAsItWas) {
  const auto split = Split::from_weights(weights({90, 10}));
  EXPECT_EQ(split.rebalanced(weights({0, 0})), split);
}

TEST(Split, RebalancedToTheSameShares_IsTheSame) {
  const auto split = Split::from_weights(weights({90, 10}));
  EXPECT_EQ(split.rebalanced(weights({0.9, 0.1})), split);
}

TEST(Split, NewVariantEntersAtZeroAndGains_TakesFromTheUpperEnd) {
  const auto before = Split::from_weights(weights({80, 10, 0}));
  const auto after = before.rebalanced(weights({80, 10, 10}));
  EXPECT_EQ(held(after, 3), Split::shares(weights({80, 10, 10})));
  EXPECT_EQ(moved(before, after), gains(held(before, 3), held(after, 3)));
}

TEST(Split, GoingUpAndBack_ReturnsTheVeryUsersMoved) {
  const auto before = Split::from_weights(weights({80, 10, 10}));
  const auto up = before.rebalanced(weights({60, 10, 30}));
  EXPECT_EQ(up.rebalanced(weights({80, 10, 10})), before);
}

TEST(Split, Renumbered_KeepsRangesUnderOtherIndexes) {
  const auto split = Split::from_weights(weights({90, 10}));
  const std::uint32_t new_index[] = {2, 0};
  const auto renumbered = split.renumbered(new_index);
  EXPECT_EQ(renumbered.variant_at(0), 2u);
  EXPECT_EQ(renumbered.variant_at(~Point{0}), 0u);
  EXPECT_EQ(renumbered.share_of(2), split.share_of(0));
}

class RandomWeightChanges : public testing::TestWithParam<std::size_t> {};

TEST_P(RandomWeightChanges, MoveTheSumOfGainsAndKeepSharesExact) {
  const auto variants = GetParam();
  std::mt19937_64 random(variants);  // NOLINT: the same run each time
  auto split = Split::from_weights(random_weights(random, variants));
  std::size_t most = 0;
  for (int change = 0; change < 10'000; ++change) {
    const auto wanted = random_weights(random, variants);
    const auto next = split.rebalanced(wanted);
    expect_well_formed(next, variants);
    ASSERT_EQ(held(next, variants), Split::shares(wanted)) << "change " << change;
    ASSERT_EQ(moved(split, next), gains(held(split, variants), held(next, variants))) << "change " << change;
    ASSERT_TRUE(variants > 2 || next.ranges().size() <= 2) << "two variants have one cut";
    most = std::max(most, next.ranges().size());
    split = next;
  }
  EXPECT_LE(most, 4 * variants) << "ranges must not pile up over a service's life";
}

INSTANTIATE_TEST_SUITE_P(Variants, RandomWeightChanges, testing::Range<std::size_t>(2, 9));

}  // namespace
}  // namespace sluice
