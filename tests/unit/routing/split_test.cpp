// The split's promises by example, with ranges computed by hand: exact shares, the fewest users moved, and a
// way back for the very same users. Random changes are in split_property_test.cpp.
#include "routing/split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "routing/rebalance.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using Share = Split::Share;
constexpr auto low = End::low, high = End::high;
constexpr Point sixteenth = Point{1} << 60;  // weights that sum to 16 have ranges without remainders

std::vector<Weight> weights(std::initializer_list<double> values) {
  std::vector<Weight> result;
  for (const double value : values)
    result.push_back({static_cast<std::uint64_t>(std::llround(value * Weight::unit))});
  return result;
}

std::vector<Range> ranges(const Split& split) {
  return {split.ranges().begin(), split.ranges().end()};
}

Range range(Point sixteenths, std::uint32_t variant, End gained) {
  return {sixteenths * sixteenth, variant, gained};
}

Share sixteenths(Share number) {
  return number * sixteenth;
}

TEST(Shares, SumToTheWholeByLargestRemainder) {
  const auto shares = Split::shares(weights({1, 1, 1}));
  EXPECT_EQ(shares[0] + shares[1] + shares[2], Split::whole);
  EXPECT_EQ(shares[0], Split::whole / 3 + 1);  // 2^64 = 3k + 1: the one left goes to the first
  EXPECT_EQ(shares[1], Split::whole / 3);
}

TEST(Shares, LargerRemainder_ComesBeforeTheOrder) {
  const auto shares = Split::shares(weights({99.9999, 0.0001}));  // …906.448384 and 18446744073709.551616
  EXPECT_EQ(shares[1], 18'446'744'073'710u);
  EXPECT_EQ(shares[0], Split::whole - 18'446'744'073'710u);
}

TEST(Shares, ZeroWeight_IsZero) {
  const auto shares = Split::shares(weights({0, 7, 0, 0.000001, 3}));
  EXPECT_EQ(shares[0], 0u);
  EXPECT_EQ(shares[2], 0u);
  EXPECT_GT(shares[3], 0u);
}

TEST(Shares, AllWeightsZero_AreNone) {
  EXPECT_EQ(Split::shares(weights({0, 0})), (std::vector<Share>{0, 0}));
}

TEST(Shares, LargestWeights_DoNotOverflow) {
  const std::vector<Weight> large(200, Weight{Weight::max});
  const auto shares = Split::shares(large);
  EXPECT_EQ(std::accumulate(shares.begin(), shares.end(), Share{0}), Split::whole);
}

TEST(Split, FromWeights_GoesByTheOrderOfDeclaration) {
  const auto split = Split::from_weights(weights({8, 0, 6, 2}));
  EXPECT_THAT(ranges(split), ElementsAre(range(0, 0, high), range(8, 2, low), range(14, 3, low)));
  EXPECT_EQ(split.share_of(0), sixteenths(8));
  EXPECT_EQ(split.share_of(1), 0u);
  EXPECT_EQ(split.share_of(3), sixteenths(2));
}

TEST(Split, OnlyVariantWithWeight_HasTheWholeLine) {
  const auto split = Split::from_weights(weights({0, 5}));
  EXPECT_THAT(ranges(split), ElementsAre(range(0, 1, low)));
  EXPECT_EQ(split.share_of(1), Split::whole);
}

TEST(Split, OnlyVariant_IsUnchangedByAnyWeight) {
  const auto split = Split::from_weights(weights({1}));
  const auto [after, extra] = split.rebalanced(weights({0.000001}));
  EXPECT_EQ(after, split);
  EXPECT_EQ(extra, 0u);
}

// Every point next to a cut, for every number of ranges: the search must not be off by one anywhere.
TEST(Split, VariantAt_IsThatOfTheLastRangeThatBeginsBefore) {
  for (std::size_t count = 1; count <= 130; ++count) {
    const auto split = Split::from_weights(std::vector<Weight>(count, Weight{1}));
    ASSERT_EQ(split.ranges().size(), count);
    for (std::size_t i = 0; i < count; ++i) {
      const auto begin = split.ranges()[i].begin;
      ASSERT_EQ(split.variant_at(begin), i) << count;
      ASSERT_EQ(split.variant_at(begin - 1), i > 0 ? i - 1 : count - 1) << count;  // or the last point
    }
  }
}

// A revision that changes it changes who moves next.
TEST(Split, WhereARangeGained_IsPartOfIt) {
  EXPECT_NE(range(0, 0, low), range(0, 0, high));
}

TEST(Split, Renumbered_KeepsRangesUnderOtherIndexes) {
  const std::uint32_t new_index[] = {2, 0};
  const auto split = Split::from_weights(weights({12, 4})).renumbered(new_index);
  EXPECT_THAT(ranges(split), ElementsAre(range(0, 2, high), range(12, 0, low)));
}

TEST(SplitFromRanges, ThoseOfASplit_AreThatSplit) {
  const auto split = Split::from_weights(weights({12, 2, 2})).rebalanced(weights({9, 2, 5})).split;
  EXPECT_EQ(Split::from_ranges(ranges(split), 3).value(), split);
  EXPECT_TRUE(Split::from_ranges({{0, 0, high}, {~Point{0}, 1, low}}, 2)) << "the last point is one, too";
}

TEST(SplitFromRanges, ThatBreakAPromise_AreNone) {
  const auto why = [](std::vector<Range> given) { return Split::from_ranges(std::move(given), 2).error(); };
  EXPECT_EQ(why({}), "a split has no ranges");
  EXPECT_EQ(why({range(1, 0, high)}), "the first range does not begin at 0");
  EXPECT_EQ(why({range(0, 0, high), range(8, 2, low)}), "range 2 is of a variant that is not there");
  EXPECT_EQ(why({range(0, 0, high), range(8, 1, low), range(4, 0, low)}),
            "range 3 does not begin behind the one before");
  EXPECT_EQ(why({range(0, 0, high), range(0, 1, low)}), "range 2 does not begin behind the one before");
  EXPECT_EQ(why({range(0, 0, high), range(4, 0, low)}), "range 2 is of the same variant as the one before");
  EXPECT_EQ(why({range(0, 0, static_cast<End>(2))}), "range 1 gained at no end");
}

TEST(Movement, IsWhatDiffersWhereverTheCutsAre) {
  const std::vector a{range(0, 0, high), range(8, 1, low)};
  const std::vector b{range(0, 1, high), range(2, 0, low), range(8, 2, low), range(12, 1, low)};
  EXPECT_EQ(movement(a, a), 0u);
  EXPECT_EQ(movement(a, b), sixteenths(2 + 4));
  EXPECT_EQ(movement(b, a), sixteenths(2 + 4));
  EXPECT_EQ(movement(std::vector{range(0, 0, high)}, std::vector{range(0, 1, high)}), Split::whole);
}

TEST(Rebalanced, ToNothing_StaysAsItWas) {
  const auto split = Split::from_weights(weights({90, 10}));
  EXPECT_EQ(split.rebalanced(weights({0, 0})).split, split);
}

TEST(Rebalanced, ToNothingWithMoreVariantsThanRangesAllowed_StaysAsItWas) {
  const auto split = Split::from_weights(std::vector<Weight>(70, Weight{1}));
  EXPECT_EQ(split.rebalanced(std::vector<Weight>(70)).split, split);
}

TEST(Rebalanced, ToTheSameShares_IsTheSame) {
  const auto split = Split::from_weights(weights({90, 10}));
  EXPECT_EQ(split.rebalanced(weights({0.9, 0.1})).split, split);
}

TEST(Rebalanced, TwoVariants_MoveTheirCut) {
  const auto split = Split::from_weights(weights({14, 2})).rebalanced(weights({9, 7})).split;
  EXPECT_THAT(ranges(split), ElementsAre(range(0, 0, high), range(9, 1, low)));
}

TEST(Rebalanced, AllToOneAndBack_ReturnsTheVeryUsers) {
  const auto split = Split::from_weights(weights({14, 2}));
  const auto all_first = split.rebalanced(weights({16, 0})).split;
  const auto all_second = split.rebalanced(weights({0, 16})).split;
  EXPECT_THAT(ranges(all_first), ElementsAre(range(0, 0, high)));
  EXPECT_THAT(ranges(all_second), ElementsAre(range(0, 1, low)));
  EXPECT_EQ(all_first.rebalanced(weights({14, 2})).split, split);
  EXPECT_EQ(all_second.rebalanced(weights({14, 2})).split, split);
  EXPECT_EQ(all_first.rebalanced(weights({0, 1})).split, all_second);
  EXPECT_EQ(all_second.rebalanced(weights({1, 0})).split, all_first);
}

TEST(Rebalanced, SmallestWeight_MovesAMillionth) {
  const auto before = Split::from_weights(weights({100, 0}));
  const auto after = before.rebalanced(weights({99.9999, 0.0001})).split;
  EXPECT_EQ(after.share_of(1), 18'446'744'073'710u);
  EXPECT_EQ(movement(before.ranges(), after.ranges()), 18'446'744'073'710u);
  EXPECT_EQ(after.variant_at(~Point{0}), 1u);
}

TEST(Rebalanced, NewVariantThatTwoGiveTo_EntersBetweenThem) {
  const auto split = Split::from_weights(weights({8, 8, 0})).rebalanced(weights({6, 6, 4})).split;
  EXPECT_THAT(ranges(split), ElementsAre(range(0, 0, high), range(6, 2, high), range(10, 1, low)));
}

TEST(Rebalanced, UpAndBackAmongThree_ReturnsTheVeryUsers) {
  const auto before = Split::from_weights(weights({12, 2, 2}));
  const auto up = before.rebalanced(weights({9, 2, 5})).split;
  EXPECT_THAT(ranges(up),
              ElementsAre(range(0, 0, high), range(9, 2, low), range(12, 1, low), range(14, 2, low)));
  EXPECT_EQ(up.rebalanced(weights({12, 2, 2})).split, before);
}

// Both neighbours lack what the second has too much of: the end where it grew decides who gets it.
TEST(Rebalanced, LoserBetweenTwoGainers_GivesFirstWhereItGained) {
  const auto grown_low = Split::from_weights(weights({4, 6, 2, 4}));
  EXPECT_THAT(ranges(grown_low.rebalanced(weights({8, 2, 4, 2})).split),
              ElementsAre(range(0, 0, high), range(8, 1, low), range(10, 2, high), range(14, 3, low)));

  const auto grown_high = Split::from_weights(weights({4, 4, 4, 4})).rebalanced(weights({4, 6, 2, 4})).split;
  EXPECT_EQ(grown_high.ranges()[1], range(4, 1, high));
  EXPECT_THAT(ranges(grown_high.rebalanced(weights({8, 2, 4, 2})).split),
              ElementsAre(range(0, 0, high), range(6, 1, high), range(8, 2, low), range(12, 0, high),
                          range(14, 3, low)));
}

TEST(Rebalanced, LoserWithoutAGainerBeside_IsCutWhereItGained) {
  const auto grown_high = Split::from_weights(weights({4, 4, 8, 0})).rebalanced(weights({4, 8, 4, 0})).split;
  EXPECT_THAT(ranges(grown_high.rebalanced(weights({4, 6, 4, 2})).split),
              ElementsAre(range(0, 0, high), range(4, 1, high), range(10, 3, low), range(12, 2, low)));
  const auto grown_low = Split::from_weights(weights({4, 8, 4, 0}));
  EXPECT_THAT(ranges(grown_low.rebalanced(weights({4, 6, 4, 2})).split),
              ElementsAre(range(0, 0, high), range(4, 3, high), range(6, 1, low), range(12, 2, low)));
}

constexpr std::size_t no_limit = 99;

TEST(Rebalance, FragmentThatFits_IsGivenWholeBeforeAnythingIsCut) {
  const std::vector before{range(0, 0, high), range(8, 1, low), range(12, 0, high), range(14, 2, low)};
  const std::vector wanted{sixteenths(8), sixteenths(4), sixteenths(2), sixteenths(2)};
  EXPECT_THAT(rebalance(before, wanted, no_limit),
              ElementsAre(range(0, 0, high), range(8, 1, low), range(12, 3, low), range(14, 2, low)));
}

TEST(Rebalance, FragmentBesideItsGainer_UnitesBeforeAnotherIsCut) {
  const std::vector before{range(0, 1, high), range(2, 0, low), range(10, 1, low), range(12, 0, low),
                           range(14, 1, low)};
  const std::vector wanted{sixteenths(8), sixteenths(8)};
  EXPECT_THAT(rebalance(before, wanted, no_limit),
              ElementsAre(range(0, 1, high), range(2, 0, low), range(10, 1, high)));
}

TEST(Rebalance, FragmentsBesideTheirGainer_GoSmallestFirst) {
  const std::vector before{range(0, 0, high), range(3, 1, low), range(5, 0, low),
                           range(6, 1, low),  range(9, 0, low), range(11, 2, low)};
  const std::vector wanted{sixteenths(3), sixteenths(8), sixteenths(5)};
  EXPECT_THAT(rebalance(before, wanted, no_limit),
              ElementsAre(range(0, 0, high), range(3, 1, high), range(11, 2, low)));
}

TEST(Rebalance, FragmentsElsewhere_GoWidestFirst) {
  const std::vector before{range(0, 0, high), range(8, 1, low),  range(9, 0, low),
                           range(10, 1, low), range(11, 0, low), range(13, 2, low)};
  const std::vector wanted{sixteenths(9), sixteenths(2), sixteenths(3), sixteenths(2)};
  auto after = before;
  after[4] = range(11, 3, high);
  EXPECT_EQ(rebalance(before, wanted, no_limit), after);
}

TEST(Rebalance, WhereNothingFits_TheWidestIsCut) {
  const std::vector before{range(0, 0, high), range(4, 1, low), range(6, 0, high), range(14, 2, low)};
  const std::vector wanted{sixteenths(10), sixteenths(2), sixteenths(2), sixteenths(2)};
  EXPECT_THAT(rebalance(before, wanted, no_limit),
              ElementsAre(range(0, 0, high), range(4, 1, low), range(6, 0, high), range(12, 3, low),
                          range(14, 2, low)));
}

TEST(Rebalance, UnitedRange_RemembersWhatItsWiderPartDid) {
  const std::vector wanted{sixteenths(0), sixteenths(16)};
  const std::vector wide_first{range(0, 1, low), range(8, 0, low), range(10, 1, high)};
  const std::vector wide_last{range(0, 1, high), range(2, 0, high), range(4, 1, low)};
  EXPECT_THAT(rebalance(wide_first, wanted, no_limit), ElementsAre(range(0, 1, high)));
  EXPECT_THAT(rebalance(wide_last, wanted, no_limit), ElementsAre(range(0, 1, low)));
}

// Four ranges, three allowed: the narrow part of 0 goes over to the wide one, and 1 slides into its place.
TEST(Rebalance, PastTheLimit_UnitesWhatMovesTheFewest) {
  const std::vector before{range(0, 0, high), range(2, 1, high), range(7, 0, high), range(12, 2, low)};
  const std::vector wanted{sixteenths(7), sixteenths(5), sixteenths(4)};
  const auto after = rebalance(before, wanted, 3);
  EXPECT_THAT(after, ElementsAre(range(0, 1, low), range(5, 0, low), range(12, 2, low)));
  EXPECT_EQ(movement(before, after), sixteenths(2 + 2));
  EXPECT_EQ(rebalance(before, wanted, 4), before);
}

TEST(Rebalance, SlideDownward_RemembersTheOtherEnd) {
  const std::vector before{range(0, 0, low), range(6, 1, low), range(10, 2, low), range(14, 0, low)};
  const std::vector wanted{sixteenths(8), sixteenths(4), sixteenths(4)};
  EXPECT_THAT(rebalance(before, wanted, 3),
              ElementsAre(range(0, 0, high), range(8, 1, high), range(12, 2, high)));
}

}  // namespace
}  // namespace sluice
