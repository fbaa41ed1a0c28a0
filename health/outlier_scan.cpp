#include "health/outlier_scan.h"

#include <set>

#include "health/outlier.h"
#include "health/success_rate.h"

namespace sluice {
namespace {

SuccessSample sum(const AttemptTotals& totals, const std::string& name) {
  SuccessSample sample;
  const auto found = totals.targets.find(name);
  if (found == totals.targets.end()) return sample;
  for (std::size_t i = 0; i < attempt_outcomes; ++i) {
    const auto outcome = static_cast<AttemptOutcome>(i);
    if (outcome == AttemptOutcome::cancelled) continue;
    sample.attempts += found->second[i];
    if (is_failure(outcome)) sample.failures += found->second[i];
  }
  return sample;
}

// A target that came back has begun to count anew.
SuccessSample since(const SuccessSample& now, const SuccessSample& before) noexcept {
  if (now.attempts < before.attempts || now.failures < before.failures) return now;
  return {now.attempts - before.attempts, now.failures - before.failures};
}

}  // namespace

std::vector<std::string> OutlierScan::look(const Snapshot& snapshot, AttemptTotals totals, SteadyTime now) {
  std::vector<std::string> ejected;
  std::set<const TargetGroup*> seen;
  for (const auto& service : snapshot.services) {
    for (const auto& variant : service->variants) {
      const auto& group = *variant.group;
      if (!seen.insert(&group).second) continue;
      std::vector<SuccessSample> samples;
      for (const auto& target : group.targets)
        samples.push_back(since(sum(totals, target.slot->name), sum(last_, target.slot->name)));
      for (const auto index : success_rate_outliers(samples, group.outlier.consecutive_5xx))
        if (eject(group, group.targets[index], now)) ejected.push_back(group.targets[index].slot->name);
    }
  }
  last_ = std::move(totals);
  return ejected;
}

}  // namespace sluice
