#include "proxy/attempt_metrics.h"

#include <array>
#include <map>

#include "proxy/metric_families.h"

namespace sluice {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

// The workers' cells of one group, added up.
struct GroupSum {
  std::array<std::uint64_t, attempt_outcomes> attempts{};
  std::uint64_t opened = 0, reused = 0, active = 0, idle = 0;
};

std::string outcome_name(std::size_t outcome) {
  return std::string(to_string(static_cast<AttemptOutcome>(outcome)));
}

}  // namespace

void collect_groups(std::vector<MetricFamily>& families, const DataPlane& plane) {
  std::map<std::string, GroupSum> sums;
  for (const auto& worker : plane.workers()) {
    worker->metrics().groups.for_each([&](const std::string& name, const GroupCell& cell) {
      auto& sum = sums[name];
      for (std::size_t i = 0; i < attempt_outcomes; ++i) sum.attempts[i] += read(cell.attempts[i]);
      sum.opened += read(cell.opened);
      sum.reused += read(cell.reused);
      sum.active += read(cell.active);
      sum.idle += read(cell.idle);
    });
  }
  auto attempts = family("sluice_upstream_attempts_total",
                         "Tries of an exchange at a target, by how they ended", MetricType::Counter);
  auto connections =
      family("sluice_upstream_connections", "Connections to the targets of a group", MetricType::Gauge);
  auto opened = family("sluice_upstream_connections_opened_total", "Connections opened to targets",
                       MetricType::Counter);
  auto reused = family("sluice_upstream_connections_reused_total", "Exchanges that found an idle connection",
                       MetricType::Counter);
  for (const auto& [group, sum] : sums) {
    for (std::size_t i = 0; i < attempt_outcomes; ++i)
      add_number(
          attempts,
          {{"target_group", group}, {"outcome", std::string(to_string(static_cast<AttemptOutcome>(i)))}},
          static_cast<double>(sum.attempts[i]));
    add_number(connections, {{"target_group", group}, {"state", "active"}}, static_cast<double>(sum.active));
    add_number(connections, {{"target_group", group}, {"state", "idle"}}, static_cast<double>(sum.idle));
    add_number(opened, {{"target_group", group}}, static_cast<double>(sum.opened));
    add_number(reused, {{"target_group", group}}, static_cast<double>(sum.reused));
  }
  for (auto* each : {&attempts, &connections, &opened, &reused}) families.push_back(std::move(*each));
}

void collect_variants(std::vector<MetricFamily>& families, const Outcomes& outcomes, const DataPlane& plane) {
  auto attempts = family("sluice_variant_attempts_total",
                         "Exchanges that were assigned to a variant, by what its own first try came to",
                         MetricType::Counter);
  for (const auto& [name, total] : outcomes.attempts().variants) {
    const auto slash = name.find('/');
    for (std::size_t i = 0; i < attempt_outcomes; ++i)
      add_number(attempts,
                 {{"service", name.substr(0, slash)}, {"variant", name.substr(slash + 1)}, {"outcome", outcome_name(i)}},
                 static_cast<double>(total.attempts[i]));
  }
  auto retries =
      family("sluice_retries_in_flight", "Exchanges in a second or later try", MetricType::Gauge);
  if (const auto snapshot = plane.snapshot())
    for (const auto& service : snapshot->services)
      add_number(retries, {{"service", service->name}}, service->state->retrying.load(std::memory_order_relaxed));
  families.push_back(std::move(attempts));
  families.push_back(std::move(retries));
}

}  // namespace sluice
