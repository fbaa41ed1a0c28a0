#include "control/rollout/gate.h"

#include <array>
#include <cmath>
#include <numeric>

#include "health/outcomes.h"

namespace sluice {
namespace {

using namespace config;

constexpr std::array<std::string_view, verdicts> words{"pass", "insufficient_data", "inconclusive", "fail"};

// "5.25%", "310 ms"
std::string number(double value, int decimals) {
  auto text = std::to_string(value);
  return text.substr(0, text.find('.') + static_cast<std::size_t>(decimals) + (decimals ? 1 : 0));
}
std::string percent(double share) {
  return number(share * 100, 2) + "%";
}

GateResult of_targets(const Observed& observed) {
  GateResult result{.name = "healthy_targets", .verdict = Verdict::pass};
  result.observed = static_cast<double>(observed.healthy_targets);
  result.limit = 1;
  result.samples = observed.healthy_targets;
  if (observed.has_traffic && observed.healthy_targets == 0) {
    result.verdict = Verdict::fail;
    result.reason = "the variant has traffic and no healthy target";
  }
  return result;
}

GateResult not_judged(std::string name) {
  return {.name = std::move(name),
          .verdict = Verdict::inconclusive,
          .reason = "not judged by this version",
          .acted_upon = false};
}

GateResult result_of(const ErrorRateGate& gate, const Observed& observed) {
  if (!gate.max) return not_judged("error_rate");
  GateResult result{.name = "error_rate"};
  result.limit = gate.max->value() / 100;
  result.samples = observed.attempts;
  if (observed.attempts > 0)
    result.observed = static_cast<double>(observed.failures) / static_cast<double>(observed.attempts);
  // What has failed already counts on, whatever comes: a limit that enough later successes could not undo is
  // passed at once.
  const auto decided = static_cast<double>(observed.failures) > *result.limit * gate.min_requests;
  if (observed.attempts < gate.min_requests && !decided) {
    result.reason =
        std::to_string(observed.attempts) + " of " + std::to_string(gate.min_requests) + " requests so far";
    return result;
  }
  result.verdict = *result.observed > *result.limit ? Verdict::fail : Verdict::pass;
  if (result.verdict == Verdict::fail)
    result.reason = "error rate " + percent(*result.observed) + " is above " + percent(*result.limit) + " (" +
                    std::to_string(observed.failures) + " of " + std::to_string(observed.attempts) +
                    " requests)";
  return result;
}

GateResult result_of(const LatencyGate& gate, const Observed& observed) {
  if (!gate.max) return not_judged("latency");
  const auto quantile = gate.quantile.value() / 100;
  GateResult result{.name = "latency"};
  result.limit = static_cast<double>(gate.max->count());
  result.samples = std::accumulate(observed.latency.begin(), observed.latency.end(), std::uint64_t{0});
  // Fewer could not tell a quantile from the slowest request.
  const auto enough = static_cast<std::uint64_t>(std::ceil(1 / (1 - std::min(quantile, 0.9999))));
  if (observed.warming_up) {
    result.reason = "warming up";
    return result;
  }
  if (result.samples < enough) {
    result.reason = std::to_string(result.samples) + " of " + std::to_string(enough) + " requests so far";
    return result;
  }
  result.observed = quantile_ms(observed.latency, quantile);
  result.verdict = *result.observed > *result.limit ? Verdict::fail : Verdict::pass;
  if (result.verdict == Verdict::fail)
    result.reason = "p" + number(gate.quantile.value(), 0) + " of " + number(*result.observed, 1) +
                    " ms is above " + number(*result.limit, 0) + " ms";
  return result;
}

GateResult result_of(const PrometheusGate&, const Observed&) {
  return not_judged("prometheus");
}
GateResult result_of(const WebhookGate&, const Observed&) {
  return not_judged("webhook");
}
GateResult result_of(const AlarmGate&, const Observed&) {
  return not_judged("alarm");
}

}  // namespace

std::string_view to_string(Verdict verdict) noexcept {
  return words[static_cast<std::size_t>(verdict)];
}

bool is_judged(const Gate& gate) noexcept {
  if (const auto* errors = std::get_if<ErrorRateGate>(&gate)) return errors->max.has_value();
  if (const auto* latency = std::get_if<LatencyGate>(&gate)) return latency->max.has_value();
  return false;
}

std::vector<GateResult> judge(const std::vector<Gate>& gates, const Observed& observed) {
  std::vector<GateResult> results{of_targets(observed)};
  for (const auto& gate : gates)
    results.push_back(std::visit([&](const auto& each) { return result_of(each, observed); }, gate));
  return results;
}

GateSummary summary(const std::vector<GateResult>& results) {
  GateSummary worst;
  for (const auto& result : results)
    if (result.acted_upon && result.verdict > worst.verdict)
      worst = {result.verdict, result.name + ": " + result.reason};
  return worst;
}

}  // namespace sluice
