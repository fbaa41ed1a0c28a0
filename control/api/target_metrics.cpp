#include "control/api/target_metrics.h"

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

MetricFamily of_targets(const TargetSurvey& survey, std::string name, std::string help, auto value) {
  MetricFamily family{std::move(name), std::move(help), MetricType::Gauge, {}};
  for (const auto& group : survey.groups())
    for (const auto& target : group.targets)
      family.metric.push_back(
          gauge(value(target), {{"target_group", group.name}, {"target", target.address}}));
  return family;
}

MetricFamily of_groups(const TargetSurvey& survey, std::string name, std::string help,
                       std::uint32_t SurveyedGroup::*value) {
  MetricFamily family{std::move(name), std::move(help), MetricType::Gauge, {}};
  for (const auto& group : survey.groups())
    family.metric.push_back(gauge(group.*value, {{"target_group", group.name}}));
  return family;
}

}  // namespace

std::vector<MetricFamily> target_metrics(const TargetSurvey& survey) {
  return {
      of_targets(survey, "sluice_target_requests_in_flight", "Attempts that go on at a target.",
                 [](const SurveyedTarget& target) { return target.in_flight; }),
      of_targets(survey, "sluice_target_ejected", "Whether a target is left out for what users got from it.",
                 [](const SurveyedTarget& target) { return target.ejected_until ? 1 : 0; }),
      of_targets(survey, "sluice_target_draining", "Whether a target gets no new requests.",
                 [](const SurveyedTarget& target) { return target.draining_until ? 1 : 0; }),
      of_groups(survey, "sluice_target_group_requests", "Exchanges in flight to a group.",
                &SurveyedGroup::requests),
      of_groups(survey, "sluice_target_group_connections", "Open connections to a group's targets.",
                &SurveyedGroup::connections),
      of_groups(survey, "sluice_target_group_pending", "Exchanges that wait for a connection.",
                &SurveyedGroup::pending)};
}

}  // namespace sluice
