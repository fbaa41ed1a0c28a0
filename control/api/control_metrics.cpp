#include "control/api/control_metrics.h"

namespace sluice {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

ClientMetric gauge(double value, std::vector<ClientMetric::Label> labels) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.gauge.value = value;
  return metric;
}

MetricFamily revision(const Snapshot* snapshot) {
  const auto number = snapshot ? static_cast<double>(snapshot->revision) : 0;
  return {"sluice_revision", "The revision that is in effect.", MetricType::Gauge, {gauge(number, {})}};
}

MetricFamily split_weight(const Snapshot* snapshot) {
  MetricFamily family{"sluice_split_weight", "The configured weight of a variant.", MetricType::Gauge, {}};
  if (!snapshot) return family;
  for (const auto& service : snapshot->services)
    for (const auto& variant : service->variants)
      family.metric.push_back(
          gauge(variant.weight.value(), {{"service", service->name}, {"variant", variant.name}}));
  return family;
}

}  // namespace

std::vector<MetricFamily> control_metrics(const Revisions& revisions) {
  const auto* snapshot = revisions.current().get();
  return {revision(snapshot),
          split_weight(snapshot),
          {"sluice_publish_seconds",
           "From the intent of a revision until the data plane has it.",
           MetricType::Histogram,
           {revisions.publish_seconds().Collect()}}};
}

}  // namespace sluice
