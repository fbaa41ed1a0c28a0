// What /metrics says of rollouts.
#include <gmock/gmock.h>

#include "tests/unit/control/admin_fixture.h"

namespace sluice {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* gated = R"(
strategies:
  careful:
    canary: { percent: 20 }
    gates:
      - error_rate: { max: 5%, min_requests: 10 }
      - error_rate: { max_increase: 1% }
      - alarm: { cloudwatch: High }
)";

class RolloutMetricsTest : public AdminFixture {
 protected:
  RolloutMetricsTest() { EXPECT_TRUE(applied(revisions_, config_of(quickstart + gated))); }

  void start() {
    const auto answer = ask("POST", "/v1/services/shop/rollouts", R"({"to": "green", "strategy": "careful"})");
    EXPECT_EQ(answer.status, 201u) << answer.body;
  }
  std::string metrics() { return ask("GET", "/metrics").body; }
};

TEST_F(RolloutMetricsTest, RunningRollout_HasOneStateAndItsVerdicts) {
  EXPECT_THAT(metrics(), Not(HasSubstr("sluice_rollout_state{")));
  start();
  rollouts_.run();
  while (rollouts_.now(*rollouts_.running("shop")).gates.empty()) io_.run_one();
  const auto text = metrics();
  EXPECT_THAT(text, AllOf(HasSubstr("sluice_rollout_state{service=\"shop\",strategy=\"careful\",state=\"running\"} 1\n"),
                          HasSubstr("sluice_gate_verdict{service=\"shop\",gate=\"healthy_targets\",verdict=\"pass\"} 1\n"),
                          HasSubstr("sluice_gate_verdict{service=\"shop\",gate=\"alarm\",verdict=\"inconclusive\"} 1\n")));
  // Two of one name: the one that is acted upon.
  EXPECT_THAT(text, HasSubstr("gate=\"error_rate\",verdict=\"insufficient_data\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("gate=\"error_rate\",verdict=\"inconclusive\"")));
}

TEST_F(RolloutMetricsTest, EndedRollout_IsCountedAndItsVerdictsGo) {
  start();
  EXPECT_EQ(ask("POST", "/v1/rollouts/r1/abort").status, 200u);
  EXPECT_THAT(metrics(), AllOf(HasSubstr("sluice_rollout_state{service=\"shop\",strategy=\"careful\",state=\"aborted\"} 1\n"),
                               HasSubstr("sluice_rollouts_total{service=\"shop\",state=\"aborted\"} 1\n"),
                               Not(HasSubstr("sluice_gate_verdict{"))));
}

TEST_F(RolloutMetricsTest, ServiceThatIsGone_TakesItsSeriesAlong) {
  start();
  EXPECT_EQ(ask("POST", "/v1/rollouts/r1/abort").status, 200u);
  const auto renamed = with(with(quickstart, "forward: shop", "forward: store"), "  shop:\n", "  store:\n");
  EXPECT_TRUE(applied(revisions_, config_of(renamed)));
  EXPECT_THAT(metrics(), AllOf(Not(HasSubstr("service=\"shop\"")), Not(HasSubstr("sluice_rollouts_total{"))));
}

TEST_F(RolloutMetricsTest, Store_SaysWhatItWroteAndOwes) {
  EXPECT_THAT(metrics(), AllOf(HasSubstr("sluice_store_commits_total 0\n"), HasSubstr("sluice_store_unrecorded 0\n"),
                               HasSubstr("sluice_notifications_total{result=\"failed\"} 0\n")));
}

}  // namespace
}  // namespace sluice
