#include "routing/slow_start.h"

#include <gtest/gtest.h>

#include "tests/unit/routing/target_groups.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;

const SteadyTime start{1h};

std::uint32_t share_after(std::chrono::nanoseconds time, std::chrono::milliseconds slow_start = 10s) {
  return starting_share(start, start + time, slow_start).share;
}

TEST(StartingShare, Time_RaisesItInALineFromATenthToAll) {
  EXPECT_EQ(share_after(0s), 100u);
  EXPECT_EQ(share_after(5s), 550u);
  EXPECT_EQ(share_after(10s), 1000u);
  EXPECT_EQ(share_after(1h), 1000u);
  for (auto time = 0ms; time < 10s; time += 7ms) {
    const double line = 100 + 900.0 * static_cast<double>(time.count()) / 10'000;
    EXPECT_LE(share_after(time), line);
    EXPECT_GE(share_after(time), line - 19);
  }
}

TEST(StartingShare, Until_IsTheTimeOfTheNextStep) {
  for (const auto slow_start : {1ms, 7ms, 30ms, 333ms, 30'000ms}) {
    unsigned steps = 0;
    for (auto now = start; now < start + slow_start; ++steps) {
      const auto [share, until] = starting_share(start, now, slow_start);
      ASSERT_GT(until, now);
      ASSERT_EQ(starting_share(start, until - 1ns, slow_start).share, share);
      ASSERT_GT(starting_share(start, until, slow_start).share, share);
      now = until;
    }
    EXPECT_LE(steps, 50u);
  }
}

TEST(StartingShare, LongAgoOrOff_IsTheWholeShareForEver) {
  for (const auto& [fit_since, slow_start] :
       {std::pair{SteadyTime{}, 1'000'000'000ms}, std::pair{start, 0ms}, std::pair{start + 1s, 0ms}}) {
    const auto [share, until] = starting_share(fit_since, start, slow_start);
    EXPECT_EQ(share, full_share);
    EXPECT_EQ(until, SteadyTime::max());
  }
}

TEST(StartingShare, ClockOfAnotherThreadBehind_IsTheFirstShare) {
  EXPECT_EQ(share_after(-1ms), first_share);
}

struct FitSinceTest : testing::Test {
  std::shared_ptr<TargetGroup> group = group_of(Algorithm::round_robin, {1, 1, 1});
  FitSinceTest() { group->slow_start = 10s; }
  TargetState& state(std::size_t i) { return *group->targets[i].state; }
  SteadyTime first() { return fit_since(*group, group->targets[0], start); }
};

TEST_F(FitSinceTest, OthersServeInFull_StartsSlowly) {
  EXPECT_EQ(first(), start);
}

TEST_F(FitSinceTest, NoOtherIsFit_TakesAllAtOnce) {
  state(1).verdict = CheckVerdict::unhealthy;
  state(2).ejected_until = start + 1s;
  EXPECT_EQ(first(), SteadyTime{});
  state(2).ejected_until = SteadyTime{};
  state(2).drain_by = start + 1s;
  EXPECT_EQ(first(), SteadyTime{});
}

TEST_F(FitSinceTest, OthersOnlyStartThemselves_TakesAllAtOnce) {
  state(1).fit_since = state(2).fit_since = start - 9s;
  EXPECT_EQ(first(), SteadyTime{});
  state(1).fit_since = start - 10s;
  EXPECT_EQ(first(), start);
}

TEST_F(FitSinceTest, OnlyTarget_TakesAllAtOnce) {
  group->targets.resize(1);
  EXPECT_EQ(first(), SteadyTime{});
}

}  // namespace
}  // namespace sluice
