#include "control/rollout/rollout_json.h"

#include "control/api/json_text.h"
#include "control/api/utc_text.h"

namespace sluice {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

json::value seconds(milliseconds length) {
  if (length.count() % 1000 == 0) return length.count() / 1000;
  return static_cast<double>(length.count()) / 1000;
}

json::value time(const std::optional<SystemTime>& at) {
  return at ? json::value(utc_text(*at)) : json::value();
}

json::value number(const std::optional<double>& value) {
  return value ? json::value(*value) : json::value();
}

json::object gate_json(const GateResult& gate) {
  return {{"name", gate.name},
          {"verdict", to_string(gate.verdict)},
          {"observed", number(gate.observed)},
          {"baseline", nullptr},
          {"limit", number(gate.limit)},
          {"samples", gate.samples},
          {"acted_upon", gate.acted_upon},
          {"reason", gate.reason}};
}

// When the hold that is under way will be over; null where no time decides.
json::value until(const Rollout& rollout) {
  if (rollout.ended() || rollout.state == RolloutState::paused) return {};
  return time(hold_ends(rollout));
}

}  // namespace

json::array plan_json(const Plan& plan) {
  json::array steps;
  for (const auto& step : plan.steps) {
    json::object made{
        {"weight", weight_json(step.weight)}, {"hold", seconds(step.hold)}, {"approval", step.approval}};
    if (!step.targets.empty()) {
      auto& targets = made["targets"].emplace_array();
      for (const auto& target : step.targets) targets.emplace_back(target);
    }
    steps.push_back(std::move(made));
  }
  return steps;
}

json::object rollout_json(const Rollout& rollout, const RolloutNow& now) {
  json::array gates;
  for (const auto& gate : now.gates) gates.push_back(gate_json(gate));
  const auto& reason = rollout.reason.empty() ? now.waits_for : rollout.reason;
  return {{"id", rollout.id},
          {"service", rollout.service},
          {"from", rollout.from},
          {"to", rollout.to},
          {"strategy", rollout.strategy.name},
          {"state", to_string(rollout.state)},
          {"step", rollout.steps_done},
          {"plan", plan_json(rollout.plan)},
          {"bake", seconds(rollout.plan.bake)},
          {"keep_old", seconds(rollout.plan.keep_old)},
          {"author", rollout.author},
          {"observe", rollout.gating == Gating::observe},
          {"started_at", utc_text(rollout.started_at)},
          {"since", utc_text(rollout.since)},
          {"until", until(rollout)},
          {"ended_at", time(rollout.ended_at)},
          {"reason", reason},
          {"gates", std::move(gates)}};
}

}  // namespace sluice
