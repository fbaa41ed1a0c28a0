#include "control/read_strategy.h"

#include "control/choices.h"
#include "control/read_gate.h"
#include "control/read_hook.h"
#include "control/scalars.h"
#include "control/strategy_scalars.h"

namespace sluice::config {
namespace {

using namespace std::chrono_literals;

const auto hold = duration(1ms, 30 * 24h);   // the time of a step
const auto watch = duration(0ms, 30 * 24h);  // and one that may be left out

Result<Pause, std::string> pause(std::string_view text) {
  if (text == "approval") return Pause{};
  if (const auto length = hold(text)) return Pause{*length};
  return failure("`" + std::string(text) +
                 "` is not a pause; write a duration up to 30d, as 10m, or approval");
}

// 5%, or { pause: 10m }.
Step read_step(const Value& value) {
  Weight share;
  if (!value.is_mapping()) value.read(share, some_percent);
  if (!value.is_mapping() && !value.lists_keys()) return share;
  Pause result;
  value.mapping([&](Mapping& step) { step.require("pause", result, pause); });
  return result;
}

BlueGreen read_blue_green(Mapping& blue_green) {
  const auto listener = [](std::string_view text) -> Result<std::string, std::string> {
    if (text == "override") return std::string();
    if (text.starts_with("listener:") && text.size() > 9) return std::string(text.substr(9));
    return failure("`" + std::string(text) + "` is no way to test; write override or listener:NAME");
  };
  BlueGreen result;
  blue_green.read("test", result.test_listener, listener);
  blue_green.read("approve", result.approve, boolean);
  blue_green.read("keep_old", result.keep_old, watch);
  return result;
}

Batches read_batches(Mapping& batches) {
  Batches result;
  batches.read("batch", result.batch, batch_size);
  batches.read("min_healthy", result.min_healthy, some_percent);
  batches.read("zones", result.zones, choice<Zones>({{"one_at_a_time", Zones::one_at_a_time}}));
  return result;
}

// The times between steps are ECS' own, where the strategy does not say.
void read_traffic_shape(Mapping& strategy, Strategy& into) {
  strategy.section("canary", [&](Mapping& canary) {
    into.every = 10min;
    canary.read("percent", std::get<Canary>(into.shape = Canary{}).percent, plain_percent);
    canary.read("bake", into.every, hold);
  });
  strategy.section("linear", [&](Mapping& linear) {
    into.every = 6min;
    linear.read("percent", std::get<Linear>(into.shape = Linear{}).percent, plain_percent);
    linear.read("every", into.every, hold);
  });
  if (const auto steps = strategy.find("steps")) {
    into.every = 6min;
    auto& list = std::get<Steps>(into.shape = Steps{}).steps;
    steps->each([&](const Value& step) { list.push_back(read_step(step)); });
  }
}

void read_shape(Mapping& strategy, Strategy& into) {
  strategy.section("all_at_once", [&](Mapping&) { into.shape = AllAtOnce{}; });
  read_traffic_shape(strategy, into);
  strategy.section("blue_green", [&](Mapping& blue_green) { into.shape = read_blue_green(blue_green); });
  strategy.section("rolling", [&](Mapping& rolling) { into.shape = Rolling{read_batches(rolling)}; });
  strategy.section("in_place", [&](Mapping& in_place) { into.shape = InPlace{read_batches(in_place)}; });
  need_one_of(strategy, {"all_at_once", "canary", "linear", "steps", "blue_green", "rolling", "in_place"});
}

}  // namespace

Strategy read_strategy(const std::string& name, const Value& value) {
  Strategy result;
  result.name = name;
  value.mapping([&](Mapping& strategy) {
    read_shape(strategy, result);
    strategy.read("every", result.every, hold);
    strategy.read("bake", result.bake, watch);
    strategy.read("warm_up", result.warm_up, duration(0ms, 24h));
    strategy.read("min_capacity", result.min_capacity, some_percent);
    strategy.read("on_inconclusive", result.on_inconclusive,
                  choice<Inconclusive>({{"wait", Inconclusive::wait},
                                        {"pause", Inconclusive::pause},
                                        {"rollback", Inconclusive::rollback}}));
    strategy.each("gates", [&](const Value& gate) { read_gate(gate, result.gates); });
    strategy.each_named(
        "hooks", [&](const std::string& stage, const Value& hook) { read_hook(stage, hook, result.hooks); });
  });
  return result;
}

}  // namespace sluice::config
