#include "health/outlier.h"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <thread>

namespace sluice {
namespace {

using namespace std::chrono_literals;

struct OutlierTest : testing::Test {
  const SteadyTime start{1h};
  TargetGroup group;

  OutlierTest() { group.targets.resize(4); }
  bool fails(std::size_t target, int times, SteadyTime now) {
    bool ejected = false;
    for (int i = 0; i < times; ++i) ejected |= note_failure(group, group.targets[target], now);
    return ejected;
  }
  TargetState& state(std::size_t target) { return *group.targets[target].state; }
};

TEST_F(OutlierTest, FiveFailuresInARow_EjectForTheBaseTime) {
  EXPECT_FALSE(fails(0, 4, start));
  EXPECT_TRUE(fails(0, 1, start));
  EXPECT_TRUE(state(0).is_ejected(start + 29s));
  EXPECT_FALSE(state(0).is_ejected(start + 30s));
  EXPECT_EQ(group.state->version, 1u);
}

TEST_F(OutlierTest, ASuccessBetween_BeginsTheCountAnew) {
  EXPECT_FALSE(fails(0, 4, start));
  note_success(state(0));
  EXPECT_FALSE(fails(0, 4, start));
}

TEST_F(OutlierTest, FailsAgainSoonAfter_IsEjectedForLonger) {
  EXPECT_TRUE(fails(0, 5, start));
  EXPECT_TRUE(fails(0, 5, start + 31s));
  EXPECT_TRUE(state(0).is_ejected(start + 31s + 59s));
  EXPECT_FALSE(state(0).is_ejected(start + 31s + 60s));
}

TEST_F(OutlierTest, WasFitForLongerThanItWasOut_BeginsWithTheBaseAgain) {
  EXPECT_TRUE(fails(0, 5, start));
  EXPECT_TRUE(fails(0, 5, start + 61s));
  EXPECT_FALSE(state(0).is_ejected(start + 61s + 30s));
}

TEST_F(OutlierTest, BackOff_EndsAtTenTimesTheBase) {
  EXPECT_EQ(ejection_time(group.outlier, 0), 30s);
  EXPECT_EQ(ejection_time(group.outlier, 9), 300s);
  EXPECT_EQ(ejection_time(group.outlier, 1'000'000), 300s);
}

TEST_F(OutlierTest, HalfOfThemAreOut_NoMoreAreEjected) {
  EXPECT_TRUE(fails(0, 5, start));
  EXPECT_TRUE(fails(1, 5, start));
  EXPECT_FALSE(fails(2, 50, start));
  EXPECT_FALSE(state(2).is_ejected(start));
  EXPECT_TRUE(fails(2, 1, start + 30s)) << "once the others are back";
}

TEST_F(OutlierTest, CeilingOfNothing_NeverEjects) {
  group.outlier.max_ejected = {};
  EXPECT_FALSE(fails(0, 100, start));
}

TEST_F(OutlierTest, OnlyTargetOfAGroup_StaysWithHalfAsCeiling) {
  group.targets.resize(1);
  EXPECT_EQ(most_ejected(group), 0u);
  EXPECT_FALSE(fails(0, 100, start));
}

TEST_F(OutlierTest, WhatWasInFlightAtTheEjection_DoesNotCountAfterTheReturn) {
  EXPECT_TRUE(fails(0, 5, start));
  EXPECT_FALSE(fails(0, 20, start + 1s));
  EXPECT_FALSE(fails(0, 4, start + 31s));
  EXPECT_TRUE(fails(0, 1, start + 31s));
}

TEST_F(OutlierTest, TwoWorkersEjectAtOnce_ItIsEjectedOnce) {
  constexpr int rounds = 20'000;
  std::barrier together(2);
  std::atomic<int> ejections{0};
  const auto work = [&](auto reset) {
    for (int round = 0; round < rounds; ++round) {
      together.arrive_and_wait();
      if (eject(group, group.targets[0], start)) ++ejections;
      together.arrive_and_wait();
      reset();
    }
  };
  std::thread other(work, [] {});
  work([&] { state(0).ejected_until = SteadyTime{}; });
  other.join();
  EXPECT_EQ(ejections, rounds);
}

}  // namespace
}  // namespace sluice
