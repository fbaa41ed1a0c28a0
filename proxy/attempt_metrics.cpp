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
  std::array<std::uint64_t, group_limits> refused{};
  std::uint64_t panicked = 0, hedges = 0, hedges_won = 0;

  void add(const GroupCell& cell) noexcept {
    for (std::size_t i = 0; i < attempt_outcomes; ++i) attempts[i] += read(cell.attempts[i]);
    for (std::size_t i = 0; i < group_limits; ++i) refused[i] += read(cell.refused[i]);
    opened += read(cell.opened);
    reused += read(cell.reused);
    active += read(cell.active);
    idle += read(cell.idle);
    panicked += read(cell.panicked);
    hedges += read(cell.hedges);
    hedges_won += read(cell.hedges_won);
  }
};
using GroupSums = std::map<std::string, GroupSum>;

std::string outcome_name(std::size_t outcome) {
  return std::string(to_string(static_cast<AttemptOutcome>(outcome)));
}

// What was done about targets that are slow, unfit or full.
void collect_troubles(std::vector<MetricFamily>& families, const GroupSums& sums) {
  auto refused = family("sluice_upstream_limited_total",
                        "Exchanges refused because the group was at a limit, by which one",
                        MetricType::Counter);
  auto panicked = family("sluice_panic_attempts_total",
                         "Tries dealt among all targets of a stable variant, since too few were fit",
                         MetricType::Counter);
  auto hedges =
      family("sluice_hedges_total", "Second tries begun while the first went on", MetricType::Counter);
  auto won = family("sluice_hedges_won_total", "Second tries that answered first", MetricType::Counter);
  for (const auto& [group, sum] : sums) {
    for (std::size_t i = 0; i < group_limits; ++i)
      add_number(refused,
                 {{"target_group", group}, {"limit", std::string(to_string(static_cast<GroupLimit>(i)))}},
                 static_cast<double>(sum.refused[i]));
    add_number(panicked, {{"target_group", group}}, static_cast<double>(sum.panicked));
    add_number(hedges, {{"target_group", group}}, static_cast<double>(sum.hedges));
    add_number(won, {{"target_group", group}}, static_cast<double>(sum.hedges_won));
  }
  for (auto* each : {&refused, &panicked, &hedges, &won}) families.push_back(std::move(*each));
}

void collect_adaptive_limits(std::vector<MetricFamily>& families, const DataPlane& plane) {
  auto limits = family("sluice_adaptive_limit",
                       "How many requests in flight a group is given by its own measure", MetricType::Gauge);
  std::map<std::string, double> by_group;
  if (const auto snapshot = plane.snapshot())
    for (const auto& service : snapshot->services)
      for (const auto& variant : service->variants)
        if (const auto& group = *variant.group; group.adaptive) {
          const auto limit = group.adaptive->limit.load(std::memory_order_relaxed);
          by_group[group.name] = limit == 0 ? group.adaptive_bounds.max : limit;
        }
  for (const auto& [group, limit] : by_group) add_number(limits, {{"target_group", group}}, limit);
  families.push_back(std::move(limits));
}

}  // namespace

std::string_view to_string(GroupLimit limit) noexcept {
  static constexpr std::array<std::string_view, group_limits> names{"requests", "adaptive", "pending",
                                                                    "connections"};
  return names[static_cast<std::size_t>(limit)];
}

void collect_groups(std::vector<MetricFamily>& families, const DataPlane& plane) {
  GroupSums sums;
  for (const auto& worker : plane.workers())
    worker->metrics().groups.for_each(
        [&](const std::string& name, const GroupCell& cell) { sums[name].add(cell); });
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
  collect_troubles(families, sums);
  collect_adaptive_limits(families, plane);
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
