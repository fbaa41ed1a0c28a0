#include "health/check_schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace sluice {
namespace {

using namespace std::chrono_literals;

const SteadyTime start{1h};

// When 1,000 targets that came together are checked within `span`.
std::vector<SteadyTime> checks(std::chrono::milliseconds interval, std::chrono::milliseconds span) {
  std::minstd_rand random(1);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<SteadyTime> times;
  for (std::uint64_t target = 0; target < 1000; ++target) {
    const CheckSchedule schedule(start, interval, phase_of(target));
    for (auto due = schedule.first(); due < start + span;
         due = schedule.next(due, due + 2ms, uniform(random)))
      times.push_back(due);
  }
  std::ranges::sort(times);
  return times;
}

// The most of them in any window of this width.
std::size_t most_within(const std::vector<SteadyTime>& times, std::chrono::milliseconds window) {
  std::size_t most = 0, begin = 0;
  for (std::size_t end = 0; end < times.size(); ++end) {
    while (times[end] - times[begin] >= window) ++begin;
    most = std::max(most, end - begin + 1);
  }
  return most;
}

TEST(CheckSchedule, FirstCheck_IsWithinASecondOrTheInterval) {
  EXPECT_EQ(CheckSchedule(start, 30s, 0).first(), start);
  EXPECT_EQ(CheckSchedule(start, 30s, 0.5).first(), start + 500ms);
  EXPECT_EQ(CheckSchedule(start, 100ms, 0.5).first(), start + 50ms);
}

TEST(CheckSchedule, LaterChecks_StandAtThePhaseOfTheInterval) {
  const CheckSchedule schedule(start, 10s, 0.8);
  const auto second = schedule.next(schedule.first(), schedule.first(), 0.5);
  EXPECT_EQ(second, start + 8s);
  EXPECT_EQ(schedule.next(second, second + 1s, 0.5), start + 18s);
}

TEST(CheckSchedule, SecondCheck_IsNotRightAfterTheFirst) {
  const CheckSchedule schedule(start, 10s, 0.1);  // first at 100 ms, its place at 1 s
  EXPECT_EQ(schedule.next(schedule.first(), schedule.first(), 0.5), start + 11s);
}

TEST(CheckSchedule, Jitter_IsATenthOfTheIntervalToEitherSide) {
  const CheckSchedule schedule(start, 10s, 0.5);
  EXPECT_EQ(schedule.next(start + 5s, start + 5s, 0), start + 14s);
  EXPECT_EQ(schedule.next(start + 14s, start + 14s, 0.75), start + 25s + 500ms);  // it does not add up
}

TEST(CheckSchedule, ChecksThatWereMissed_AreNotMadeUpFor) {
  const CheckSchedule schedule(start, 1s, 0.5);
  EXPECT_EQ(schedule.next(start + 500ms, start + 7s + 200ms, 0.5), start + 7s + 500ms);
}

TEST(CheckSchedule, AThousandTargets_NeverBurst) {
  EXPECT_LE(most_within(checks(1s, 20s), 10ms), 30u);     // 10 on average
  EXPECT_LE(most_within(checks(30s, 1s), 10ms), 12u);     // the first ones, which do not jitter
  EXPECT_LE(most_within(checks(100ms, 2s), 10ms), 150u);  // 100 on average
}

TEST(CheckSchedule, EachTarget_IsCheckedOnceAnInterval) {
  const auto count = checks(1s, 60s).size();
  EXPECT_GE(count, 59'000u);
  EXPECT_LE(count, 61'000u);
}

}  // namespace
}  // namespace sluice
