// What each strategy plans, and which program that becomes.
#include "control/rollout/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/rollout/preset.h"
#include "control/rollout/timeline.h"
#include "tests/unit/control/rollout/strategies.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<PlannedTarget> four{{"a:1", "x"}, {"b:1", "y"}, {"c:1", "x"}, {"d:1", "y"}};

// "10 1s, 50 1s approval, 100 {a:1 b:1}"
std::string text_of(const Plan& plan) {
  std::string text;
  for (const auto& step : plan.steps) {
    text += (text.empty() ? "" : ", ") + step.weight.text();
    if (step.hold.count()) text += " " + config::duration_text(step.hold);
    if (step.approval) text += " approval";
    for (const auto& target : step.targets) text += (target == step.targets.front() ? " {" : " ") + target;
    if (!step.targets.empty()) text += "}";
  }
  return text;
}

std::string planned(const std::string& yaml, std::uint64_t share = 0,
                    const std::vector<PlannedTarget>& targets = four) {
  const auto plan = make_plan(strategy_of(yaml), {.share = {share * Weight::unit}, .targets = targets});
  return plan ? text_of(*plan) : "refused: " + plan.error();
}

TEST(Plan, EachShape_HasItsSteps) {
  EXPECT_EQ(planned("all_at_once: {}"), "100");
  EXPECT_EQ(planned("canary: { percent: 10, bake: 15m }"), "10 15m, 100");
  EXPECT_EQ(planned("linear: { percent: 40, every: 3m }"), "40 3m, 80 3m, 100");
  EXPECT_EQ(planned("blue_green: { approve: true, keep_old: 1h }"), "100");
  EXPECT_EQ(planned("steps: [1%, 5%, { pause: 10m }, 25%, { pause: approval }, 50%]\nevery: 5m"),
            "1 5m, 5 15m, 25 5m approval, 50 5m, 100");
  EXPECT_EQ(planned("steps: [50%, 100%]\nevery: 5m"), "50 5m, 100");
  EXPECT_EQ(planned("steps: [{ pause: approval }, 50%]\nevery: 5m"), "0 approval, 50 5m, 100");
}

TEST(Plan, ShareThatIsThereAlready_IsNeverLowered) {
  EXPECT_EQ(planned("linear: { percent: 25, every: 3m }", 50), "50 3m, 75 3m, 100");
  EXPECT_EQ(planned("canary: { percent: 10, bake: 15m }", 30), "100");
  EXPECT_EQ(planned("all_at_once: {}", 100), "refused: it has all the traffic already");
}

TEST(Plan, Rolling_GrowsWithWhatIsDeployed) {
  EXPECT_EQ(planned("rolling: { batch: 1 }\nevery: 1m"), "25 1m {a:1}, 50 1m {b:1}, 75 1m {c:1}, 100 {d:1}");
  EXPECT_EQ(planned("rolling: { batch: 50% }"), "50 {a:1 b:1}, 100 {c:1 d:1}");
  EXPECT_EQ(planned("rolling: { batch: 50%, zones: one_at_a_time }"), "50 {a:1 c:1}, 100 {b:1 d:1}");
  EXPECT_EQ(planned("rolling: { batch: 3, min_healthy: 75% }"), "25 {a:1}, 50 {b:1}, 75 {c:1}, 100 {d:1}");
  EXPECT_EQ(planned("rolling: { batch: 1 }", 0, {}), "refused: its target group has no target to deploy to");
}

TEST(Plan, InPlace_MovesNoShare) {
  EXPECT_EQ(planned("in_place: { batch: half }", 100), "100 {a:1 b:1}, 100 {c:1 d:1}");
  EXPECT_EQ(planned("in_place: { batch: one }", 30), "30 {a:1}, 30 {b:1}, 30 {c:1}, 30 {d:1}");
}

TEST(Plan, HalfAtATime_TakesFourOfNine) {
  std::vector<PlannedTarget> nine;
  for (char name = 'a'; name < 'j'; ++name) nine.push_back({std::string(1, name), ""});
  const auto made =
      batches(config::InPlace{config::Batches{.batch = Weight{50 * Weight::unit}, .min_healthy = {}}}, nine);
  std::vector<std::size_t> sizes;
  for (const auto& batch : made) sizes.push_back(batch.size());
  EXPECT_THAT(sizes, ElementsAre(4, 4, 1));
}

TEST(Preset, EachName_HasItsNumbers) {
  std::map<std::string, std::string> plans;
  for (const auto& preset : presets()) {
    const auto plan = make_plan(preset, {.share = {}, .targets = four});
    ASSERT_TRUE(plan) << preset.name;
    plans[preset.name] = text_of(*plan);
  }
  EXPECT_EQ(plans.size(), 19u);
  EXPECT_EQ(plans["CodeDeployDefault.ECSCanary10Percent5Minutes"], "10 5m, 100");
  EXPECT_EQ(plans["CodeDeployDefault.ECSCanary10Percent15Minutes"], "10 15m, 100");
  EXPECT_THAT(plans["CodeDeployDefault.ECSLinear10PercentEvery1Minutes"], HasSubstr("10 1m, 20 1m, 30 1m"));
  EXPECT_THAT(plans["CodeDeployDefault.ECSLinear10PercentEvery3Minutes"], HasSubstr("90 3m, 100"));
  EXPECT_EQ(plans["CodeDeployDefault.ECSAllAtOnce"], "100");
  EXPECT_EQ(plans["CodeDeployDefault.LambdaCanary10Percent30Minutes"], "10 30m, 100");
  EXPECT_THAT(plans["CodeDeployDefault.LambdaLinear10PercentEvery1Minute"], HasSubstr("10 1m"));
  EXPECT_THAT(plans["CodeDeployDefault.LambdaLinear10PercentEvery10Minutes"], HasSubstr("10 10m"));
  EXPECT_EQ(plans["CodeDeployDefault.OneAtATime"], "0 {a:1}, 0 {b:1}, 0 {c:1}, 0 {d:1}");
  EXPECT_EQ(plans["CodeDeployDefault.HalfAtATime"], "0 {a:1 b:1}, 0 {c:1 d:1}");
  EXPECT_EQ(plans["CodeDeployDefault.AllAtOnce"], "0 {a:1 b:1 c:1 d:1}");
  EXPECT_EQ(plans["ECS.Canary"], "5 10m, 100");
  EXPECT_THAT(plans["ECS.Linear"], HasSubstr("10 6m, 20 6m"));
}

std::vector<std::string> timeline_of(const std::string& yaml) {
  Rollout rollout{.id = "r1",
                  .service = "shop",
                  .from = "blue",
                  .to = "green",
                  .strategy = strategy_of(yaml),
                  .strategy_yaml = {},
                  .author = {},
                  .before = {},
                  .paused_at = {},
                  .ended_at = {},
                  .reason = {}};
  rollout.plan = make_plan(rollout.strategy, {.share = {}, .targets = four}).value();
  std::vector<std::string> lines;
  for (const auto& entry : timeline(rollout))
    lines.push_back(config::duration_text(entry.at) + " " + entry.what + (entry.waits ? " …" : ""));
  return lines;
}

TEST(Timeline, TellsHooksHoldsAndWaits) {
  EXPECT_THAT(timeline_of("canary: { percent: 10, bake: 5m }\nbake: 10m\nhooks: { before_traffic: { http: "
                          "'http://h' }, after_promote: { http: 'http://h' } }"),
              ElementsAre("0s hook before_traffic …", "0s wait until green can carry 10% …",
                          "0s green at 10%", "0s hold for 5m", "5m wait until green can carry 100% …",
                          "5m green at 100%", "5m hook after_promote …", "5m bake for 10m", "15m succeeded"));
  EXPECT_THAT(timeline_of("blue_green: { approve: true, keep_old: 1h }"),
              ElementsAre("0s wait until green can carry 100% …", "0s wait for an approval …",
                          "0s wait until green can carry 100% …", "0s green at 100%",
                          "0s keep blue warm for 1h", "1h succeeded"));
  EXPECT_THAT(timeline_of("rolling: { batch: 2 }\nhooks: { per_target: { command: [deploy] } }"),
              testing::Contains("0s hook per_target for b:1 …"));
}

}  // namespace
}  // namespace sluice
