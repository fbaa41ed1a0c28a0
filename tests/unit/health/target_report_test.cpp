// What is said of targets, beside the checks that say it.
#include "health/target_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;

struct TargetReportTest : testing::Test {
  std::shared_ptr<TargetState> state = std::make_shared<TargetState>();
  TargetReports reports;

  TargetReportTest() { state->verdict = CheckVerdict::initial; }
  void keep() { reports.keep({{"shop", "a:1", state}}); }
  std::string line() const {
    const auto all = reports.list();
    if (all.size() != 1) return std::to_string(all.size()) + " reports";
    const auto& one = all[0];
    return std::string(to_string(one.state)) + ' ' + one.reason + ' ' + one.description;
  }
};

TEST_F(TargetReportTest, NewTarget_IsInitialUntilAVerdict) {
  keep();
  EXPECT_EQ(line(), "initial Elb.InitialHealthChecking Initial health checks in progress");
  reports.set("shop", "a:1", {.verdict = CheckVerdict::healthy});
  EXPECT_EQ(line(), "healthy  ");
}

TEST_F(TargetReportTest, TargetThatNobodyChecks_IsHealthy) {
  state->verdict = CheckVerdict::healthy;
  keep();
  EXPECT_EQ(line(), "healthy  ");
}

TEST_F(TargetReportTest, TargetThatStays_KeepsWhatIsKnownAndSinceWhen) {
  keep();
  reports.set("shop", "a:1", {CheckVerdict::unhealthy, "Target.Timeout", "Request timed out"});
  const auto since = reports.list()[0].since;
  reports.keep({{"shop", "a:1", state}, {"shop", "b:1", std::make_shared<TargetState>()}});
  ASSERT_EQ(reports.list().size(), 2u);
  EXPECT_EQ(reports.list()[0].reason, "Target.Timeout");
  EXPECT_EQ(reports.list()[0].since, since);
}

TEST_F(TargetReportTest, AnotherReason_IsNoOtherState) {
  keep();
  reports.set("shop", "a:1", {CheckVerdict::unhealthy, "Target.Timeout", "Request timed out"});
  const auto since = reports.list()[0].since;
  reports.set("shop", "a:1", {CheckVerdict::unhealthy, "Target.FailedHealthChecks", "Connection refused"});
  EXPECT_EQ(line(), "unhealthy Target.FailedHealthChecks Connection refused");
  EXPECT_EQ(reports.list()[0].since, since);
}

TEST_F(TargetReportTest, DrainingTarget_IsDrainingWhateverItsChecksSay) {
  keep();
  reports.set("shop", "a:1", {.verdict = CheckVerdict::healthy});
  state->drain_by = SteadyTime{1h};
  EXPECT_EQ(line(), "draining Target.DeregistrationInProgress Target deregistration is in progress");
  state->drain_by = SteadyTime{};
  EXPECT_EQ(line(), "healthy  ");
}

TEST_F(TargetReportTest, GroupThatNoServiceUses_IsSaidToBeUnused) {
  reports.keep({{"shop", "a:1", nullptr}});
  EXPECT_EQ(line(), "unused Target.NotInUse Target group is not used by a service");
}

TEST_F(TargetReportTest, TargetThatIsGone_IsGoneAndCanSayNothing) {
  keep();
  reports.keep({});
  reports.set("shop", "a:1", {.verdict = CheckVerdict::healthy});
  EXPECT_THAT(reports.list(), IsEmpty());
}

}  // namespace
}  // namespace sluice
