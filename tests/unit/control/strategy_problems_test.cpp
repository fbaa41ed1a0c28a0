// What is said of strategies that are wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/control/configs.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Of a strategy in flow style, without place and "strategies.s".
std::string problem_of(const std::string& keys) {
  const auto problems = check_problems(quickstart + "strategies:\n  s: { " + keys + " }\n");
  if (problems.size() != 1) return std::to_string(problems.size()) + " problems";
  return problems[0].substr(problems[0].find("strategies.s") + 12);
}

struct Case {
  const char* name;
  const char* strategy;
  const char* problem;

  friend void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }
};

class StrategyProblems : public testing::TestWithParam<Case> {};

TEST_P(StrategyProblems, AreSaidWithKeyAndWhatWouldBeRight) {
  EXPECT_EQ(problem_of(GetParam().strategy), GetParam().problem);
}

#define SHAPES \
  "needs exactly one of `all_at_once`, `canary`, `linear`, `steps`, `blue_green`, `rolling` or `in_place`"

const Case cases[] = {
    {"NoShape", "bake: 1s", ": " SHAPES},
    {"TwoShapes", "canary: {}, linear: {}", ": " SHAPES},
    {"UnknownKey", "canary: {}, bakes: 1s", ".bakes: unknown key; did you mean `bake`?"},
    {"UnknownKeyOfAShape", "canary: { percnt: 1 }", ".canary.percnt: unknown key; did you mean `percent`?"},
    {"KeyInAllAtOnce", "all_at_once: { percent: 1 }", ".all_at_once.percent: unknown key"},
    {"AllAtOnceWithoutMapping", "all_at_once: true", ".all_at_once: is a single value; it must be a mapping"},
    {"PercentZero", "canary: { percent: 0 }",
     ".canary.percent: `0` is not a percentage; write a number above 0, at most 100, as 10 or 0.5"},
    {"PercentAboveAHundred", "linear: { percent: 100.1 }",
     ".linear.percent: `100.1` is not a percentage; write a number above 0, at most 100, as 10 or 0.5"},
    {"BakeZero", "canary: { bake: 0s }", ".canary.bake: `0s` is out of range; it must be from 1ms to 30d"},
    {"StepZero", "steps: [0%, 5%]", ".steps[0]: `0%` is out of range; it must be above 0%, at most 100%"},
    {"StepsFall", "steps: [5%, { pause: 1m }, 1%, 2%]",
     ".steps[2]: 1% is below the step before it, 5%; shares only grow"},
    {"NoSteps", "steps: []", ".steps: needs a share, as 10%"},
    {"OnlyPauses", "steps: [{ pause: 1m }]", ".steps: needs a share, as 10%"},
    {"StepsNoList", "steps: 5%", ".steps: is a single value; it must be a list"},
    {"PauseUnknown", "steps: [5%, { pause: aproval }]",
     ".steps[1].pause: `aproval` is not a pause; write a duration up to 30d, as 10m, or approval"},
    {"PauseTooLong", "steps: [5%, { pause: 31d }]",
     ".steps[1].pause: `31d` is not a pause; write a duration up to 30d, as 10m, or approval"},
    {"PauseMissing", "steps: [5%, {}]", ".steps[1]: `pause` is missing"},
    {"EveryOfOneStep", "all_at_once: {}, every: 1m",
     ".every: there is only one step; for the time after it, use bake"},
    {"EveryOfBlueGreen", "blue_green: {}, every: 1m",
     ".every: there is only one step; for the time after it, use bake"},
    {"EveryAndBake", "canary: { bake: 1m }, every: 1m",
     ".every: is said by canary.bake already; leave one out"},
    {"EveryTwice", "linear: { every: 1m }, every: 1m",
     ".every: is said by linear.every already; leave one out"},
    {"TestUnknown", "blue_green: { test: overide }",
     ".blue_green.test: `overide` is no way to test; write override or listener:NAME"},
    {"TestWithoutListener", "blue_green: { test: 'listener:' }",
     ".blue_green.test: `listener:` is no way to test; write override or listener:NAME"},
    {"TestOfAnotherListener", "blue_green: { test: 'listener:wbe' }",
     ".blue_green.test: no listener `wbe`; did you mean `web`?"},
    {"BatchUnknown", "rolling: { batch: all }",
     ".rolling.batch: `all` is not a batch; write a number of targets, as 2, a share of them, as 25%, half "
     "or "
     "one"},
    {"MinHealthyZero", "rolling: { min_healthy: 0% }",
     ".rolling.min_healthy: `0%` is out of range; it must be above 0%, at most 100%"},
    {"ZonesUnknown", "in_place: { zones: one_by_one }",
     ".in_place.zones: `one_by_one` is not known; it must be `one_at_a_time`"},
    {"BakeTooLong", "canary: {}, bake: 31d", ".bake: `31d` is out of range; it must be from 0s to 30d"},
    {"WarmUpTooLong", "canary: {}, warm_up: 25h",
     ".warm_up: `25h` is out of range; it must be from 0s to 1d"},
    {"MinCapacityZero", "canary: {}, min_capacity: 0%",
     ".min_capacity: `0%` is out of range; it must be above 0%, at most 100%"},
    {"OnInconclusiveUnknown", "canary: {}, on_inconclusive: paus",
     ".on_inconclusive: `paus` is not known; it must be `wait` or `pause` or `rollback`; did you mean "
     "`pause`?"},
    {"PerTargetOfAShareShape", "canary: {}, hooks: { per_target: { command: [a] } }",
     ".hooks.per_target: goes only with rolling and in_place"},
    {"PerTargetOfBlueGreen", "blue_green: {}, hooks: { per_target: { command: [a] } }",
     ".hooks.per_target: goes only with rolling and in_place"},
    {"StageUnknown", "canary: {}, hooks: { before_trafic: { command: [a] } }",
     ".hooks.before_trafic: unknown key; did you mean `before_traffic`?"},
    {"HookOfTwoForms", "canary: {}, hooks: { after_step: { command: [a], http: 'http://a' } }",
     ".hooks.after_step: needs exactly one of `http` or `command`"},
    {"HookOfNoForm", "canary: {}, hooks: { after_step: { timeout: 1m } }",
     ".hooks.after_step: needs exactly one of `http` or `command`"},
    {"CommandAsText", "canary: {}, hooks: { after_step: { command: deploy.sh now } }",
     ".hooks.after_step.command: is a single value; it must be a list"},
    {"CommandEmpty", "canary: {}, hooks: { after_step: { command: [] } }",
     ".hooks.after_step.command: has no program; write as [deploy.sh, fast]"},
    {"CommandWithoutProgram", "canary: {}, hooks: { after_step: { command: ['', fast] } }",
     ".hooks.after_step.command: has no program; write as [deploy.sh, fast]"},
    {"HookUrl", "canary: {}, hooks: { after_step: { http: ci.example.com } }",
     ".hooks.after_step.http: `ci.example.com` is not such a URL; write as https://host.example.com/path"},
    {"HookTimeout", "canary: {}, hooks: { after_step: { command: [a], timeout: 15d } }",
     ".hooks.after_step.timeout: `15d` is out of range; it must be from 100ms to 14d"},
    {"HookRetries", "canary: {}, hooks: { after_step: { command: [a], retries: 11 } }",
     ".hooks.after_step.retries: `11` is out of range; it must be from 0 to 10"},
    {"GateUnknown", "canary: {}, gates: [{ eror_rate: { max: 1% } }]",
     ".gates[0].eror_rate: unknown key; did you mean `error_rate`?"},
    {"TwoGatesInOne", "canary: {}, gates: [{ error_rate: { max: 1% }, latency: { max: 1s } }]",
     ".gates[0]: needs exactly one gate; write each as its own element"},
    {"NoGateInOne", "canary: {}, gates: [{}]",
     ".gates[0]: needs exactly one gate; write each as its own element"},
    {"ErrorRateOfNoLimit", "canary: {}, gates: [{ error_rate: {} }]",
     ".gates[0].error_rate: needs exactly one of `max_increase` or `max`"},
    {"ErrorRateOfTwoLimits", "canary: {}, gates: [{ error_rate: { max: 1%, max_increase: 1% } }]",
     ".gates[0].error_rate: needs exactly one of `max_increase` or `max`"},
    {"ErrorRateConfidence", "canary: {}, gates: [{ error_rate: { max: 1%, confidence: 100% } }]",
     ".gates[0].error_rate.confidence: `100%` is out of range; it must be from 50% to below 100%, as 99%"},
    {"ErrorRateMinRequests", "canary: {}, gates: [{ error_rate: { max: 1%, min_requests: 0 } }]",
     ".gates[0].error_rate.min_requests: `0` is out of range; it must be from 1 to 1000000000"},
    {"LatencyOfNoLimit", "canary: {}, gates: [{ latency: { quantile: p50 } }]",
     ".gates[0].latency: needs exactly one of `max_ratio` or `max`"},
    {"LatencyKeyOfAnotherGate", "canary: {}, gates: [{ latency: { max: 1s, min_requests: 5 } }]",
     ".gates[0].latency.min_requests: unknown key"},
    {"LatencyQuantile", "canary: {}, gates: [{ latency: { max: 1s, quantile: p999 } }]",
     ".gates[0].latency.quantile: `p999` is not a quantile; write as p50, p99 or p99.9"},
    {"LatencyRatio", "canary: {}, gates: [{ latency: { max_ratio: 0.9 } }]",
     ".gates[0].latency.max_ratio: `0.9` is not such a ratio; write a number from 1 to 1000, as 1.3"},
    {"PrometheusWithoutUrl", "canary: {}, gates: [{ prometheus: { query: up, min: 1 } }]",
     ".gates[0].prometheus: `url` is missing"},
    {"PrometheusWithoutQuery", "canary: {}, gates: [{ prometheus: { url: 'http://p', min: 1 } }]",
     ".gates[0].prometheus: `query` is missing"},
    {"PrometheusOfNoLimit", "canary: {}, gates: [{ prometheus: { url: 'http://p', query: up } }]",
     ".gates[0].prometheus: needs exactly one of `max` or `min`"},
    {"PrometheusLimit", "canary: {}, gates: [{ prometheus: { url: 'http://p', query: up, max: 1% } }]",
     ".gates[0].prometheus.max: `1%` is not a number; write as 0.01"},
    {"WebhookWithoutUrl", "canary: {}, gates: [{ webhook: {} }]", ".gates[0].webhook: `url` is missing"},
    {"WebhookEvery", "canary: {}, gates: [{ webhook: { url: 'http://w', every: 2h } }]",
     ".gates[0].webhook.every: `2h` is out of range; it must be from 100ms to 1h"},
    {"AlarmWithoutName", "canary: {}, gates: [{ alarm: {} }]", ".gates[0].alarm: `cloudwatch` is missing"},
    {"AlarmOfAnEmptyName", "canary: {}, gates: [{ alarm: { cloudwatch: '' } }]",
     ".gates[0].alarm.cloudwatch: must not be empty"},
};

INSTANTIATE_TEST_SUITE_P(Kinds, StrategyProblems, testing::ValuesIn(cases),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(StrategyProblems, Places_AreThoseOfTheValues) {
  const auto problems = check_problems(
      quickstart + "strategies:\n  s: { steps: [5%, 1%], every: 1m }\n  t: { all_at_once: {}, every: 1m }\n");
  EXPECT_THAT(problems, ElementsAre(HasSubstr("17:20: strategies.s.steps[1]: "),
                                    HasSubstr("18:32: strategies.t.every: ")));
}

}  // namespace
}  // namespace sluice
