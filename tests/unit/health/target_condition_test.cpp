#include "health/target_condition.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

using namespace std::chrono_literals;
using Checks = TargetSituation::Checks;
using Group = TargetSituation::Group;

constexpr SteadyTime now{1000s};

class TargetConditionTest : public testing::Test {
 protected:
  // "STATE REASON"
  [[nodiscard]] std::string told(const TargetSituation& situation = {.checks = Checks::active}) const {
    const auto condition = condition_of(state_, situation, now);
    return std::string(to_string(condition.state)) + " " + condition.reason;
  }

  TargetState state_;
};

TEST_F(TargetConditionTest, HealthyTarget_NeedsNoReason) {
  EXPECT_EQ(condition_of(state_, {.checks = Checks::active}, now),
            (ToldCondition{TargetWord::healthy, "", ""}));
}

TEST_F(TargetConditionTest, WithoutAHealthCheck_ItIsHealthyAndSaysSo) {
  EXPECT_EQ(told({.checks = Checks::none}), "healthy Target.HealthCheckDisabled");
}

TEST_F(TargetConditionTest, VerdictOfTheChecks_IsToldInAlbsWords) {
  state_.verdict = CheckVerdict::initial;
  EXPECT_EQ(told(), "initial Elb.InitialHealthChecking");
  state_.verdict = CheckVerdict::unhealthy;
  EXPECT_EQ(told(), "unhealthy Target.FailedHealthChecks");
}

TEST_F(TargetConditionTest, ReportOfTheChecks_SaysMoreThanTheVerdict) {
  const CheckReport report{"Target.Timeout", "Request timed out"};
  const TargetSituation situation{.checks = Checks::active, .report = &report};
  state_.verdict = CheckVerdict::unhealthy;
  EXPECT_EQ(condition_of(state_, situation, now),
            (ToldCondition{TargetWord::unhealthy, "Target.Timeout", "Request timed out"}));
  state_.verdict = CheckVerdict::healthy;  // the report is about the past then
  EXPECT_EQ(condition_of(state_, situation, now), (ToldCondition{TargetWord::healthy, "", ""}));
}

TEST_F(TargetConditionTest, Ejection_IsOverWhenItsTimeIs) {
  state_.ejected_until = now + 1ms;
  EXPECT_EQ(told(), "unhealthy Sluice.Ejected");
  state_.ejected_until = now;
  EXPECT_EQ(told(), "healthy ");
}

TEST_F(TargetConditionTest, FailedChecks_AreToldBeforeAnEjection) {
  state_.verdict = CheckVerdict::unhealthy;
  state_.ejected_until = now + 1h;
  EXPECT_EQ(told(), "unhealthy Target.FailedHealthChecks");
}

TEST_F(TargetConditionTest, Draining_IsToldFirstAndDoesNotEndWithItsDeadline) {
  state_.verdict = CheckVerdict::unhealthy;
  state_.ejected_until = now + 1h;
  state_.drain_by = now - 1s;
  EXPECT_EQ(told(), "draining Target.DeregistrationInProgress");
  EXPECT_EQ(told({.group = Group::unused}), "draining Target.DeregistrationInProgress");
}

TEST_F(TargetConditionTest, GroupWithoutAVariant_IsUnusedWhateverItsTargetsAre) {
  state_.verdict = CheckVerdict::unhealthy;
  EXPECT_EQ(told({.checks = Checks::active, .group = Group::unused}), "unused Target.NotInUse");
}

}  // namespace
}  // namespace sluice
