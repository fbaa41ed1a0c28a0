#include "health/outlier.h"

#include <algorithm>

namespace sluice {
namespace {

constexpr std::uint32_t longest = 10;  // times the base

std::size_t ejected_now(const TargetGroup& group, SteadyTime now) noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(
      group.targets, [&](const Target& target) { return target.state->is_ejected(now); }));
}

// Ejections are in a row while the target is ejected again before it was fit for as long as it was not.
std::uint32_t ejections_in_row(const TargetState& target, const OutlierPolicy& policy, SteadyTime now) noexcept {
  const auto before = TargetState::load(target.ejections);
  if (before == 0) return 0;
  const auto last_end = TargetState::load(target.ejected_until);
  return now - last_end > ejection_time(policy, before - 1) ? 0 : before;
}

}  // namespace

std::size_t most_ejected(const TargetGroup& group) noexcept {
  return group.targets.size() * group.outlier.max_ejected.millionths / (100 * Weight::unit);
}

std::chrono::milliseconds ejection_time(const OutlierPolicy& policy, std::uint32_t before) noexcept {
  return policy.base_ejection * std::min(before + 1, longest);
}

bool eject(const TargetGroup& group, const Target& target, SteadyTime now) noexcept {
  auto& state = *target.state;
  if (state.is_ejected(now)) return false;
  // One at a time, so that two workers do not pass the ceiling together; whoever comes second finds another
  // reason soon if there is one.
  if (group.state->ejecting.exchange(true, std::memory_order_acquire)) return false;
  // Once more, for another worker may have ejected it just before.
  const bool ejects = !state.is_ejected(now) && ejected_now(group, now) < most_ejected(group);
  if (ejects) {
    const auto before = ejections_in_row(state, group.outlier, now);
    state.ejections.store(before + 1, std::memory_order_relaxed);
    state.ejected_until.store(now + ejection_time(group.outlier, before), std::memory_order_relaxed);
    state.failed_in_row.store(0, std::memory_order_relaxed);
    group.state->changed();
  }
  group.state->ejecting.store(false, std::memory_order_release);
  return ejects;
}

bool note_failure(const TargetGroup& group, const Target& target, SteadyTime now) noexcept {
  // What was in flight when it was ejected says nothing of how it is once it is back.
  if (target.state->is_ejected(now)) return false;
  const auto in_row = target.state->failed_in_row.fetch_add(1, std::memory_order_relaxed) + 1;
  return in_row >= group.outlier.consecutive_5xx && eject(group, target, now);
}

}  // namespace sluice
