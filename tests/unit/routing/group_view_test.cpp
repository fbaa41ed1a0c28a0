#include "routing/group_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace sluice {
namespace {

using namespace std::chrono_literals;

struct GroupViewTest : testing::Test {
  const SteadyTime start{1h};
  std::shared_ptr<TargetGroup> group = std::make_shared<TargetGroup>();
  GroupView view;

  GroupViewTest() {
    for (const auto* address : {"a", "b", "c"}) group->targets.emplace_back().address = address;
  }
  TargetState& state(std::size_t target) { return *group->targets[target].state; }
  std::string picks(std::size_t count, SteadyTime now, Panic panic = Panic::forbidden) {
    std::string picked;
    for (std::size_t i = 0; i < count; ++i) {
      view.refresh(group, now);
      const auto* target = view.pick({.panic = panic});
      picked += target ? target->address : "-";
    }
    return picked;
  }
};

TEST_F(GroupViewTest, FitTargets_TakeTurns) {
  EXPECT_EQ(picks(6, start), "abcabc");
}

TEST_F(GroupViewTest, UnhealthyTarget_IsLeftOutOnceTheVersionChanges) {
  picks(3, start);
  state(1).verdict = CheckVerdict::unhealthy;
  group->state->changed();
  EXPECT_EQ(picks(4, start), "acac");
}

TEST_F(GroupViewTest, TargetThatIsNotJudgedYet_WaitsWhileAnotherIsHealthy) {
  state(1).verdict = CheckVerdict::initial;
  EXPECT_EQ(picks(4, start), "acac");
  state(1).verdict = CheckVerdict::healthy;
  group->state->changed();
  EXPECT_EQ(picks(3, start), "cab");
}

TEST_F(GroupViewTest, NoneIsHealthyYet_ThoseThatAreNotJudgedServe) {
  for (std::size_t i = 0; i < 3; ++i) state(i).verdict = CheckVerdict::initial;
  EXPECT_EQ(picks(3, start), "abc");
  state(2).verdict = CheckVerdict::unhealthy;
  group->state->changed();
  EXPECT_EQ(picks(4, start), "abab");
  EXPECT_FALSE(view.panics());
}

TEST_F(GroupViewTest, HealthyTargetsThatAreEjectedOrDrain_KeepNobodyWaiting) {
  state(0).ejected_until = start + 10s;
  state(1).verdict = CheckVerdict::initial;
  state(2).drain_by = start + 1h;
  EXPECT_EQ(picks(2, start), "bb");
}

TEST_F(GroupViewTest, SlowStart_GoesOnByItself) {
  group->slow_start = 10s;
  state(2).fit_since = start;
  const auto of_c = [&](SteadyTime now) { return std::ranges::count(picks(1000, now), 'c'); };
  EXPECT_NEAR(static_cast<double>(of_c(start)), 1000 * 0.1 / 2.1, 3);
  EXPECT_NEAR(static_cast<double>(of_c(start + 5s)), 1000 * 0.55 / 2.55, 3);
  EXPECT_NEAR(static_cast<double>(of_c(start + 10s)), 1000 / 3.0, 3);
}

TEST_F(GroupViewTest, EjectedTarget_ComesBackByItselfWhenItsTimeIsOver) {
  state(0).ejected_until = start + 10s;
  EXPECT_EQ(picks(4, start), "bcbc");
  EXPECT_EQ(picks(3, start + 10s), "cab");
}

TEST_F(GroupViewTest, NoneIsFit_OnlyWhoMayPanicGetsOne) {
  for (std::size_t i = 0; i < 3; ++i) state(i).verdict = CheckVerdict::unhealthy;
  EXPECT_EQ(picks(1, start), "-");
  EXPECT_FALSE(view.has_fit());
  EXPECT_EQ(picks(3, start, Panic::allowed), "abc");
}

TEST_F(GroupViewTest, DrainingTarget_GetsNothingEvenInPanic) {
  for (std::size_t i = 0; i < 3; ++i) state(i).verdict = CheckVerdict::unhealthy;
  state(2).drain_by = start + 1h;
  EXPECT_EQ(picks(4, start, Panic::allowed), "abab");
}

TEST_F(GroupViewTest, PanicThreshold_IsAShareOfThoseThatDoNotDrain) {
  group->panic_threshold = Weight{50 * Weight::unit};
  state(0).verdict = CheckVerdict::unhealthy;
  view.refresh(group, start);
  EXPECT_FALSE(view.panics());
  state(1).verdict = CheckVerdict::unhealthy;
  group->state->changed();
  view.refresh(group, start);
  EXPECT_TRUE(view.panics());
}

TEST_F(GroupViewTest, TriedTargets_AreLeftOutWhileThereIsAnother) {
  view.refresh(group, start);
  const std::vector<const Target*> tried{&group->targets[0], &group->targets[1]};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(view.pick({.tried = tried})->address, "c");
}

}  // namespace
}  // namespace sluice
