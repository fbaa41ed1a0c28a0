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

ClientMetric counter(std::uint64_t value, std::vector<ClientMetric::Label> labels) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.counter.value = static_cast<double>(value);
  return metric;
}

MetricFamily notifications(const Notifier::Counts& counts) {
  return {"sluice_notifications_total",
          "What came of notifications, for each address.",
          MetricType::Counter,
          {counter(counts.sent, {{"result", "sent"}}), counter(counts.failed, {{"result", "failed"}}),
           counter(counts.dropped, {{"result", "dropped"}})}};
}

}  // namespace

std::vector<MetricFamily> control_metrics(const Revisions& revisions, const ControlCounts& counts) {
  const auto* snapshot = revisions.current().get();
  return {revision(snapshot),
          split_weight(snapshot),
          {"sluice_store_commits_total",
           "Transactions of the store.",
           MetricType::Counter,
           {counter(counts.commits, {})}},
          {"sluice_store_unrecorded",
           "Changes in effect, and events, that the store does not have yet.",
           MetricType::Gauge,
           {gauge(static_cast<double>(revisions.unrecorded()), {})}},
          notifications(counts.notifications),
          {"sluice_publish_seconds",
           "From the intent of a revision until the data plane has it.",
           MetricType::Histogram,
           {revisions.publish_seconds().Collect()}}};
}

}  // namespace sluice
