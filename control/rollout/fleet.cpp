#include "control/rollout/fleet.h"

#include <algorithm>

namespace sluice {
namespace {

using Names = std::vector<std::string>;

bool named(const Names& names, const Target& target) {
  return std::ranges::find(names, target.address) != names.end();
}

template <class Test>
bool all_of(const TargetGroup& group, const Names& names, const Test& test) {
  return std::ranges::all_of(
      group.targets, [&](const Target& target) { return !named(names, target) || test(*target.state); });
}

}  // namespace

const TargetGroup* Fleet::group_of(const std::string& service, const std::string& variant) const {
  const auto* known = find_service(*revisions_.current(), service);
  if (!known) return nullptr;
  const auto found = std::ranges::find(known->variants, variant, &Variant::name);
  return found == known->variants.end() ? nullptr : found->group.get();
}

std::size_t Fleet::healthy(const TargetGroup& group, SteadyTime now) {
  return static_cast<std::size_t>(
      std::ranges::count_if(group.targets, [&](const Target& target) { return target.state->is_fit(now); }));
}

bool Fleet::can_carry(const TargetGroup& to, const TargetGroup& from, Weight share, Weight min_capacity,
                      SteadyTime now) {
  Split::Share fit = 0, whole = 0;
  for (const auto& target : to.targets)
    if (target.state->is_fit(now)) fit += target.weight;
  for (const auto& target : from.targets) whole += target.weight;
  constexpr Split::Share all = 100 * Weight::unit;
  return fit > 0 && fit * all * all >= whole * share.millionths * min_capacity.millionths;
}

void Fleet::drain(const TargetGroup& group, const Names& targets, SteadyTime now) {
  for (const auto& target : group.targets)
    if (named(targets, target))
      revisions_.drain({group.name, target.address}, now + group.deregistration_delay);
}

void Fleet::let_back(const TargetGroup& group, const Names& targets, SteadyTime now) {
  for (const auto& target : group.targets)
    if (named(targets, target)) revisions_.undrain({group.name, target.address}, now);
}

bool Fleet::is_drained(const TargetGroup& group, const Names& targets, SteadyTime now) {
  return all_of(group, targets, [&](const TargetState& state) {
    const auto by = TargetState::load(state.drain_by);
    return TargetState::load(state.in_flight) == 0 || now >= by;
  });
}

bool Fleet::is_healthy(const TargetGroup& group, const Names& targets) {
  return all_of(group, targets, [](const TargetState& state) {
    return TargetState::load(state.verdict) == CheckVerdict::healthy;
  });
}

std::chrono::milliseconds Fleet::check_lag(const std::string& group) const {
  const auto& groups = revisions_.config().target_groups;
  const auto found = std::ranges::find(groups, group, &config::TargetGroup::name);
  if (found == groups.end() || !found->health_check) return {};
  return found->health_check->interval + found->health_check->timeout;
}

}  // namespace sluice
