// What holds for every split after any history of weights: thousands of random changes, the same each run.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "routing/rebalance.h"
#include "routing/split.h"

namespace sluice {
namespace {

using Share = Split::Share;
using Random = std::mt19937_64;
constexpr int changes = 10'000;

std::vector<Share> held(std::span<const Range> ranges, std::size_t variants) {
  std::vector<Share> shares(variants);
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const Share end = i + 1 < ranges.size() ? Share{ranges[i + 1].begin} : Split::whole;
    shares.at(ranges[i].variant) += end - ranges[i].begin;
  }
  return shares;
}

Share gains(const std::vector<Share>& from, const std::vector<Share>& to) {
  Share sum = 0;
  for (std::size_t v = 0; v < to.size(); ++v) sum += to[v] > from[v] ? to[v] - from[v] : 0;
  return sum;
}

std::size_t active(const std::vector<Share>& shares) {
  return shares.size() - static_cast<std::size_t>(std::ranges::count(shares, Share{0}));
}

void expect_well_formed(std::span<const Range> ranges) {
  ASSERT_FALSE(ranges.empty());
  ASSERT_EQ(ranges[0].begin, 0u);
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    ASSERT_LT(ranges[i - 1].begin, ranges[i].begin);
    ASSERT_NE(ranges[i - 1].variant, ranges[i].variant) << "neighbours of one variant are one range";
  }
}

// Weights of all sizes down to a millionth, a third of them 0, never all.
std::vector<Weight> random_weights(Random& random, std::size_t variants) {
  constexpr std::uint64_t units[] = {1, Weight::unit / 10, Weight::unit, Weight::unit * 1'000};
  std::vector<Weight> result(variants);
  while (std::ranges::all_of(result, [](Weight w) { return w == Weight{}; }))
    for (auto& weight : result) weight.millionths = random() % 3 ? random() % 101 * units[random() % 4] : 0;
  return result;
}

// As a rollout does it: some of one variant's weight goes to another one.
void shift_some(Random& random, std::vector<Weight>& weights) {
  auto& from = weights[random() % weights.size()].millionths;
  const auto part = random() % 4 ? random() % (from + 1) : from;
  from -= part;
  weights[random() % weights.size()].millionths += part;
}

std::vector<std::uint32_t> random_order(Random& random, std::size_t variants) {
  std::vector<std::uint32_t> order(variants);
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::shuffle(order, random);
  return order;
}

// One change, with all that must hold for it.
Split changed(const Split& before, const std::vector<Weight>& weights) {
  const auto wanted = Split::shares(weights);
  const auto [after, extra] = before.rebalanced(weights);
  expect_well_formed(after.ranges());
  EXPECT_EQ(held(after.ranges(), wanted.size()), wanted);
  EXPECT_EQ(std::accumulate(wanted.begin(), wanted.end(), Share{0}), Split::whole);
  const auto least = gains(held(before.ranges(), wanted.size()), wanted);
  EXPECT_EQ(movement(before.ranges(), after.ranges()), least + extra);
  const auto limit = std::max(Split::max_ranges, active(wanted));
  EXPECT_LE(after.ranges().size(), limit);
  const bool was_past_limit = after.ranges().size() + 1 >= limit;  // to unite takes two away at most
  EXPECT_TRUE(extra == 0 || was_past_limit);
  return after;
}

class TwoVariants : public testing::TestWithParam<std::vector<std::uint32_t>> {};

TEST_P(TwoVariants, KeepOneCutAndReturnTheVeryUsers) {
  Random random(2);  // NOLINT: the same run each time
  const auto declared = random_weights(random, 2);
  const auto first = Split::from_weights(declared).renumbered(GetParam());
  const std::vector weights_of_first{declared[GetParam()[0]], declared[GetParam()[1]]};
  auto weights = weights_of_first;
  auto split = first;
  for (int change = 0; change < changes && !HasFailure(); ++change) {
    const auto next_weights = random_weights(random, 2);
    const auto next = changed(split, next_weights);
    ASSERT_LE(next.ranges().size(), 2u);
    const auto a = split.share_of(0), b = next.share_of(0);
    ASSERT_EQ(movement(split.ranges(), next.ranges()), a > b ? a - b : b - a);
    ASSERT_EQ(changed(next, weights), split);
    ASSERT_EQ(changed(next, weights_of_first), first);
    weights = next_weights;
    split = next;
  }
}

INSTANTIATE_TEST_SUITE_P(Order, TwoVariants,
                         testing::Values(std::vector<std::uint32_t>{0, 1}, std::vector<std::uint32_t>{1, 0}));

TEST(TwoVariantsInOrder, AllocationIsThatOfTheWeightsAlone) {
  Random random(2);  // NOLINT: the same run each time
  auto split = Split::from_weights(random_weights(random, 2));
  for (int change = 0; change < changes; ++change) {
    const auto weights = random_weights(random, 2);
    split = changed(split, weights);
    ASSERT_EQ(split, Split::from_weights(weights));
  }
}

class ManyVariants : public testing::TestWithParam<std::size_t> {};

TEST_P(ManyVariants, AnyWeights_MoveTheSumOfGainsAndKeepSharesExact) {
  Random random(GetParam());  // NOLINT: the same run each time
  auto split = Split::from_weights(random_weights(random, GetParam()));
  std::size_t most = 0;
  for (int change = 0; change < changes && !HasFailure(); ++change) {
    split = changed(split, random_weights(random, GetParam()));
    most = std::max(most, split.ranges().size());
  }
  EXPECT_LE(most, 2 * GetParam()) << "ranges must not pile up over a service's life";
}

TEST_P(ManyVariants, WeightShiftedBetweenTwo_MovesThatOnly) {
  Random random(GetParam());  // NOLINT: the same run each time
  std::vector<Weight> weights(GetParam(), Weight{Weight::unit});
  auto split = Split::from_weights(weights);
  std::size_t most = 0;
  for (int change = 0; change < changes && !HasFailure(); ++change) {
    shift_some(random, weights);
    split = changed(split, weights);
    most = std::max(most, split.ranges().size());
  }
  EXPECT_LT(most, Split::max_ranges) << "eight variants do not come near the limit";
}

// A service's variants come, go and change places between the changes of its weights.
TEST_P(ManyVariants, ComingAndGoing_KeepThePromises) {
  Random random(GetParam());  // NOLINT: the same run each time
  auto weights = random_weights(random, GetParam());
  auto split = Split::from_weights(weights);
  for (int change = 0; change < changes && !HasFailure(); ++change) {
    const auto order = random_order(random, weights.size());
    const auto shares = held(split.ranges(), weights.size());
    split = split.renumbered(order);
    for (std::size_t v = 0; v < order.size(); ++v) ASSERT_EQ(split.share_of(order[v]), shares[v]);
    while (weights.size() > 2 && split.share_of(static_cast<std::uint32_t>(weights.size() - 1)) == 0)
      weights.pop_back();
    if (random() % 2 && weights.size() < GetParam()) weights.emplace_back();
    weights = random_weights(random, weights.size());
    split = changed(split, weights);
  }
}

INSTANTIATE_TEST_SUITE_P(Variants, ManyVariants, testing::Range<std::size_t>(2, 9));

TEST(RangeLimit, SixtyFourRangesHoldForMoreVariants) {
  Random random(64);  // NOLINT: the same run each time
  auto split = Split::from_weights(random_weights(random, 90));
  bool extra = false;
  for (int change = 0; change < 150 && !testing::Test::HasFailure(); ++change) {
    const auto weights = random_weights(random, 90);
    extra = extra || split.rebalanced(weights).extra > 0;
    split = changed(split, weights);
  }
  EXPECT_TRUE(extra) << "the limit was never reached: this test shows nothing";
}

// As few ranges as there are variants, and a few more: shares stay exact however often ranges are united.
TEST(RangeLimit, TightLimits_AreKeptWithExactSharesAndLittleExtra) {
  Random random(8);  // NOLINT: the same run each time
  for (const std::size_t spare : {0, 1, 2, 4}) {
    std::vector<Range> ranges{{0, 0, End::high}};
    int united = 0;
    Share extra = 0;
    for (int change = 0; change < changes; ++change) {
      const auto wanted = Split::shares(random_weights(random, 8));
      const auto limit = active(wanted) + spare;
      const auto next = rebalance(ranges, wanted, limit);
      expect_well_formed(next);
      ASSERT_LE(next.size(), limit);
      ASSERT_EQ(held(next, 8), wanted) << "change " << change;
      const auto least = gains(held(ranges, 8), wanted), moved = movement(ranges, next);
      ASSERT_GE(moved, least);
      if (moved > least) ++united, extra += moved - least;
      ranges = next;
    }
    EXPECT_GT(united, 0) << "the limit was never reached: this test shows nothing";
    EXPECT_LT(extra / changes, Split::whole / 20) << "spare " << spare;
  }
}

}  // namespace
}  // namespace sluice
