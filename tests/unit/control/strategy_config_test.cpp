// Strategies that read well: every shape, gate and hook, and the defaults.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/control/configs.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using namespace sluice::config;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto unit = Weight::unit;

Weight percent_of(double percent) {
  return Weight{static_cast<std::uint64_t>(percent * unit + 0.5)};
}

std::vector<Strategy> read(const std::string& strategies) {
  auto parsed = read_config_text(quickstart + "strategies:\n" + strategies, "sluice.yaml");
  EXPECT_THAT(lines(parsed.problems), IsEmpty());
  EXPECT_THAT(lines(check_config(parsed.config)), IsEmpty());
  return parsed.config.strategies;
}

Strategy one(const std::string& keys) {
  return read("  s: { " + keys + " }\n").at(0);
}

// interface.md's own.
const std::string all_shapes = R"(
  careful:
    steps: [1%, 5%, { pause: 10m }, 25%, { pause: approval }, 50%]
    every: 10m
    bake: 30m
    warm_up: 30s
    min_capacity: 100%
    on_inconclusive: wait
    gates:
      - error_rate: { max_increase: 1%, confidence: 99%, min_requests: 20 }
      - latency: { quantile: p99, max_ratio: 1.3, confidence: 99% }
      - prometheus: { url: http://prom:9090, query: "...", max: 0.01, every: 30s }
      - webhook: { url: https://judge.example.com, every: 30s }
      - alarm: { cloudwatch: HighCPU }
    hooks:
      before_traffic: { http: https://ci.example.com/smoke, timeout: 10m, retries: 2 }
  tenth:      { canary: { percent: 10, bake: 15m } }
  straight:   { linear: { percent: 10, every: 3m } }
  now:        { all_at_once: {} }
  switch:     { blue_green: { test: override, approve: true, keep_old: 1h } }
  one-by-one: { rolling: { batch: 25%, min_healthy: 75%, zones: one_at_a_time }, hooks: { per_target: { command: [deploy-one.sh] } } }
  same-place: { in_place: { batch: 1 }, hooks: { per_target: { http: https://ci.example.com/deploy } } }
)";

TEST(ReadStrategy, EveryShapeOfTheInterface_IsReadWhole) {
  const auto all = read(all_shapes);
  ASSERT_EQ(all.size(), 7u);
  EXPECT_EQ(all[1].name, "tenth");
  EXPECT_EQ(all[1].shape, Shape(Canary{Weight{10 * unit}}));
  EXPECT_EQ(all[1].every, 15min);
  EXPECT_EQ(all[1].bake, 0s);
  EXPECT_EQ(all[2].shape, Shape(Linear{Weight{10 * unit}}));
  EXPECT_EQ(all[2].every, 3min);
  EXPECT_EQ(all[3].shape, Shape(AllAtOnce{}));
  EXPECT_EQ(all[4].shape, Shape(BlueGreen{"", true, 1h}));
  EXPECT_EQ(all[5].shape, Shape(Rolling{{Weight{25 * unit}, Weight{75 * unit}, Zones::one_at_a_time}}));
  EXPECT_THAT(all[5].hooks, ElementsAre(Hook{Stage::per_target, Command{{"deploy-one.sh"}}, 1h, 0}));
  EXPECT_EQ(all[6].shape, Shape(InPlace{{1u, std::nullopt, Zones::together}}));
  EXPECT_THAT(all[6].hooks,
              ElementsAre(Hook{Stage::per_target, HttpCall{"https://ci.example.com/deploy"}, 1h, 0}));
}

TEST(ReadStrategy, StepsWithEverything_AreReadWhole) {
  const auto careful = read(all_shapes).at(0);
  EXPECT_EQ(careful.shape, Shape(Steps{{Weight{unit}, Weight{5 * unit}, Pause{10min}, Weight{25 * unit},
                                        Pause{std::nullopt}, Weight{50 * unit}}}));
  EXPECT_EQ(careful.every, 10min);
  EXPECT_EQ(careful.bake, 30min);
  EXPECT_EQ(careful.warm_up, 30s);
  EXPECT_EQ(careful.min_capacity, Weight{100 * unit});
  EXPECT_EQ(careful.on_inconclusive, Inconclusive::wait);
  EXPECT_THAT(
      careful.gates,
      ElementsAre(Gate(ErrorRateGate{Weight{unit}, std::nullopt, Weight{99 * unit}, 20}),
                  Gate(LatencyGate{Weight{99 * unit}, percent_of(1.3), std::nullopt, Weight{99 * unit}}),
                  Gate(PrometheusGate{"http://prom:9090", "...", 0.01, std::nullopt, 30s}),
                  Gate(WebhookGate{"https://judge.example.com", 30s}), Gate(AlarmGate{"HighCPU"})));
  EXPECT_THAT(careful.hooks,
              ElementsAre(Hook{Stage::before_traffic, HttpCall{"https://ci.example.com/smoke"}, 10min, 2}));
}

TEST(ReadStrategy, AbsentKeys_HaveTheirDefaults) {
  const Strategy plain = one("all_at_once: {}");
  EXPECT_EQ(plain.every, 0s);
  EXPECT_EQ(plain.bake, 0s);
  EXPECT_EQ(plain.warm_up, 0s);
  EXPECT_EQ(plain.min_capacity, Weight{100 * unit});
  EXPECT_EQ(plain.on_inconclusive, Inconclusive::wait);
  EXPECT_THAT(plain.gates, IsEmpty());
  EXPECT_THAT(plain.hooks, IsEmpty());
  EXPECT_EQ(one("canary: {}").shape, Shape(Canary{Weight{5 * unit}}));
  EXPECT_EQ(one("canary: {}").every, 10min);
  EXPECT_EQ(one("linear: {}").shape, Shape(Linear{Weight{10 * unit}}));
  EXPECT_EQ(one("linear: {}").every, 6min);
  EXPECT_EQ(one("steps: [1%]").every, 6min);
  EXPECT_EQ(one("blue_green: {}").shape, Shape(BlueGreen{"", false, 1h}));
  EXPECT_EQ(one("rolling: {}").shape, Shape(Rolling{{1u, std::nullopt, Zones::together}}));
  EXPECT_EQ(one("in_place: {}").every, 0s);
}

TEST(ReadStrategy, DefaultsOfGatesAndHooks_AreFilledIn) {
  const auto gates =
      one("all_at_once: {}, gates: [{ error_rate: { max: 5% } }, { latency: { max: 250ms } },"
          " { prometheus: { url: 'http://p', query: up, min: -1 } }, { webhook: { url: 'http://w' } }]")
          .gates;
  EXPECT_THAT(gates, ElementsAre(Gate(ErrorRateGate{std::nullopt, Weight{5 * unit}, Weight{99 * unit}, 20}),
                                 Gate(LatencyGate{Weight{99 * unit}, std::nullopt, 250ms, Weight{99 * unit}}),
                                 Gate(PrometheusGate{"http://p", "up", std::nullopt, -1.0, 30s}),
                                 Gate(WebhookGate{"http://w", 30s})));
}

TEST(ReadStrategy, EveryBesideAShapeOfSeveralSteps_IsItsTime) {
  EXPECT_EQ(one("canary: { percent: 1 }, every: 3m").every, 3min);
  EXPECT_EQ(one("linear: { percent: 1 }, every: 3m").every, 3min);
  EXPECT_EQ(one("steps: [1%], every: 3m").every, 3min);
  EXPECT_EQ(one("rolling: {}, every: 3m").every, 3min);
  EXPECT_EQ(one("in_place: {}, every: 3m").every, 3min);
}

TEST(ReadStrategy, BakesInsideAndBesideACanary_AreTwoTimes) {
  const auto quick = one("canary: { percent: 10%, bake: 5s }, bake: 7s");
  EXPECT_EQ(quick.shape, Shape(Canary{Weight{10 * unit}}));
  EXPECT_EQ(quick.every, 5s);
  EXPECT_EQ(quick.bake, 7s);
}

TEST(ReadStrategy, EachStageAndWord_IsKnown) {
  const auto hooks =
      one("rolling: {}, hooks: { after_rollback: { command: [a, '', b] }, before_traffic: { command: [a] },"
          " after_test_traffic: { command: [a] }, before_step: { command: [a] }, after_step: { command: [a] "
          "},"
          " before_promote: { command: [a] }, after_promote: { command: [a], timeout: 100ms, retries: 10 } }")
          .hooks;
  std::vector<Stage> stages;
  for (const auto& hook : hooks) stages.push_back(hook.stage);
  EXPECT_THAT(stages, ElementsAre(Stage::after_rollback, Stage::before_traffic, Stage::after_test_traffic,
                                  Stage::before_step, Stage::after_step, Stage::before_promote,
                                  Stage::after_promote));
  EXPECT_EQ(hooks[0], (Hook{Stage::after_rollback, Command{{"a", "", "b"}}, 1h, 0}));
  EXPECT_EQ(hooks[6], (Hook{Stage::after_promote, Command{{"a"}}, 100ms, 10}));
  EXPECT_EQ(one("all_at_once: {}, on_inconclusive: pause").on_inconclusive, Inconclusive::pause);
  EXPECT_EQ(one("all_at_once: {}, on_inconclusive: rollback").on_inconclusive, Inconclusive::rollback);
  EXPECT_EQ(one("blue_green: { test: 'listener:web' }").shape, Shape(BlueGreen{"web", false, 1h}));
}

TEST(ReadStrategy, StepsThatStay_AreFine) {
  EXPECT_EQ(one("steps: [{ pause: approval }, 5%, 5%, 100%, { pause: 30d }]").shape,
            Shape(Steps{
                {Pause{std::nullopt}, Weight{5 * unit}, Weight{5 * unit}, Weight{100 * unit}, Pause{720h}}}));
}

}  // namespace
}  // namespace sluice
