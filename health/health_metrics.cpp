#include "health/health_metrics.h"

#include <prometheus/metric_family.h>

namespace sluice {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily target_health(const std::vector<TargetReport>& reports) {
  MetricFamily family{
      "sluice_target_health", "1 for the state that a target is in, 0 for the others", MetricType::Gauge, {}};
  for (const auto& report : reports)
    for (const auto condition : target_words) {
      auto& metric = family.metric.emplace_back();
      metric.label = {{"target_group", report.target_group},
                      {"target", report.target},
                      {"state", std::string(to_string(condition))}};
      metric.gauge.value = condition == report.state ? 1 : 0;
    }
  return family;
}

MetricFamily checks(const Prober::Counts& counts) {
  MetricFamily family{
      "sluice_health_checks_total", "Active checks by what came of them", MetricType::Counter, {}};
  for (const auto& [group, count] : counts)
    for (const auto kind : CheckResult::kinds) {
      auto& metric = family.metric.emplace_back();
      metric.label = {{"target_group", group}, {"result", std::string(to_string(kind))}};
      const auto& number = count->by_kind[static_cast<std::size_t>(kind)];
      metric.counter.value = static_cast<double>(number.load(std::memory_order_relaxed));
    }
  return family;
}

}  // namespace

std::vector<MetricFamily> HealthMetrics::Collect() const {
  return {target_health(prober_.reports().list()), checks(prober_.counts())};
}

}  // namespace sluice
