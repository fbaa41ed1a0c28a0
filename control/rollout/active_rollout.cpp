#include "control/rollout/active_rollout.h"

namespace sluice {

Observed Engine::Active::observed(const AttemptTotals& totals, const std::string& variant) const {
  Observed seen;
  const auto found = totals.variants.find(variant);
  if (found == totals.variants.end()) return seen;
  const auto& now = found->second;
  for (std::size_t i = 0; i < attempt_outcomes; ++i) {
    const auto outcome = static_cast<AttemptOutcome>(i);
    // A cell that began anew after its variant had vanished counts from 0.
    const auto more = now.attempts[i] - std::min(now.attempts[i], baseline.attempts[i]);
    if (outcome != AttemptOutcome::cancelled) seen.attempts += more;
    if (is_failure(outcome)) seen.failures += more;
  }
  seen.latency = now.latency;
  for (std::size_t i = 0; i < seen.latency.size() && i < baseline.latency.size(); ++i)
    seen.latency[i] -= std::min(seen.latency[i], baseline.latency[i]);
  return seen;
}

}  // namespace sluice
