#include "control/api/rollout_metrics.h"

#include <map>

namespace sluice {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

ClientMetric one(std::vector<ClientMetric::Label> labels) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.gauge.value = 1;
  return metric;
}

// A strategy may have several gates of one name; a label tells only one. Of those that are acted upon the
// worst verdict; where none is, that it is not judged.
std::map<std::string, Verdict> verdicts_by_name(const std::vector<GateResult>& gates) {
  std::map<std::string, Verdict> worst;
  for (const auto& gate : gates)
    if (gate.acted_upon) {
      const auto place = worst.try_emplace(gate.name, gate.verdict).first;
      place->second = std::max(place->second, gate.verdict);
    }
  for (const auto& gate : gates)
    if (!gate.acted_upon) worst.try_emplace(gate.name, gate.verdict);
  return worst;
}

std::string text(std::string_view word) {
  return std::string(word);
}

}  // namespace

std::vector<MetricFamily> rollout_metrics(const Engine& rollouts, const Revisions& revisions) {
  MetricFamily states{"sluice_rollout_state",
                      "1 for the state of the service's running or last rollout.",
                      MetricType::Gauge,
                      {}};
  MetricFamily gates{
      "sluice_gate_verdict", "1 for what a gate of the running rollout says.", MetricType::Gauge, {}};
  MetricFamily ended{"sluice_rollouts_total", "Rollouts that have ended.", MetricType::Counter, {}};
  const auto* snapshot = revisions.current().get();
  for (const auto& service : snapshot ? snapshot->services : decltype(Snapshot::services)()) {
    const auto& name = service->name;
    if (const auto* last = rollouts.last_of(name))
      states.metric.push_back(one(
          {{"service", name}, {"strategy", last->strategy.name}, {"state", text(to_string(last->state))}}));
    if (const auto* running = rollouts.running(name))
      for (const auto& [gate, verdict] : verdicts_by_name(rollouts.now(*running).gates))
        gates.metric.push_back(
            one({{"service", name}, {"gate", gate}, {"verdict", text(to_string(verdict))}}));
  }
  for (const auto& [what, count] : rollouts.ended_counts()) {
    if (!snapshot || !find_service(*snapshot, what.first)) continue;
    ClientMetric metric;
    metric.label = {{"service", what.first}, {"state", text(to_string(what.second))}};
    metric.counter.value = static_cast<double>(count);
    ended.metric.push_back(std::move(metric));
  }
  return {std::move(states), std::move(gates), std::move(ended)};
}

}  // namespace sluice
