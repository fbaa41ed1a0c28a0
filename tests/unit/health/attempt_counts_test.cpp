#include "health/attempt_counts.h"

#include <gtest/gtest.h>

#include <numeric>

namespace sluice {
namespace {

using namespace std::chrono_literals;

struct AttemptCountsTest : testing::Test {
  SlotTable slots;
  SlotRef green = slots.intern("shop/green");
  AttemptShard shard;

  AttemptTotals totals() const {
    AttemptTotals all;
    shard.add_to(all);
    return all;
  }
  void record(Assignment assignment, AttemptOutcome outcome) {
    shard.variants.at(green).record(assignment, outcome, 3ms);
  }
};

constexpr Point middle = Point{1} << 63;

TEST_F(AttemptCountsTest, SplitAssigned_IsCountedInItsSliceOfTheLine) {
  record({.by = ChosenBy::split, .point = middle}, AttemptOutcome::success);
  record({.by = ChosenBy::split, .point = middle}, AttemptOutcome::status_5xx);
  record({.by = ChosenBy::split, .point = ~Point{0}}, AttemptOutcome::success);
  const auto total = totals().variants.at("shop/green");
  EXPECT_EQ(total.slices[32].attempts, 2u);
  EXPECT_EQ(total.slices[32].failures, 1u);
  EXPECT_EQ(total.slices[63].attempts, 1u);
  EXPECT_EQ(std::accumulate(total.latency.begin(), total.latency.end(), 0u), 3u);
}

TEST_F(AttemptCountsTest, ChosenOtherwise_IsCountedButNotCompared) {
  for (const auto by : {ChosenBy::override_header, ChosenBy::experiment, ChosenBy::pin})
    record({.by = by, .point = middle}, AttemptOutcome::timeout);
  const auto total = totals().variants.at("shop/green");
  EXPECT_EQ(total.attempts[static_cast<std::size_t>(AttemptOutcome::timeout)], 3u);
  for (const auto& slice : total.slices) EXPECT_EQ(slice.attempts, 0u);
}

TEST_F(AttemptCountsTest, Cancelled_SaysNothingOfTheVariant) {
  record({.by = ChosenBy::split, .point = middle}, AttemptOutcome::cancelled);
  EXPECT_EQ(totals().variants.at("shop/green").slices[32].attempts, 0u);
}

TEST_F(AttemptCountsTest, NoTarget_IsAFailure) {
  record({.by = ChosenBy::split, .point = 0}, AttemptOutcome::no_target);
  EXPECT_EQ(totals().variants.at("shop/green").slices[0].failures, 1u);
}

TEST_F(AttemptCountsTest, Workers_AreAddedUp) {
  AttemptShard other;
  const auto target = slots.intern("g/127.0.0.1:1");
  shard.targets.at(target).record(AttemptOutcome::reset);
  other.targets.at(target).record(AttemptOutcome::reset);
  AttemptTotals all;
  shard.add_to(all);
  other.add_to(all);
  EXPECT_EQ(all.targets.at("g/127.0.0.1:1")[static_cast<std::size_t>(AttemptOutcome::reset)], 2u);
}

}  // namespace
}  // namespace sluice
