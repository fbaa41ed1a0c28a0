// Which targets are ejected because of the answers that users got: failures in a row, counted by all workers
// together. An ejected target gets nothing until its time is over, and longer each time in a row. Never more
// of a group than its ceiling, so that a bad release cannot empty it. Any thread.
#pragma once

#include "routing/target_group.h"

namespace sluice {

// An attempt at the target went well.
inline void note_success(TargetState& target) noexcept {
  if (TargetState::load(target.failed_in_row) != 0) target.failed_in_row.store(0, std::memory_order_relaxed);
}

// An attempt failed: a 5xx, no connection, no answer. True if the target is ejected for it, by this call.
bool note_failure(const TargetGroup& group, const Target& target, SteadyTime now) noexcept;

// The same for one that is found out by comparison (success_rate.h).
bool eject(const TargetGroup& group, const Target& target, SteadyTime now) noexcept;

// How many may be ejected of a group at once.
[[nodiscard]] std::size_t most_ejected(const TargetGroup& group) noexcept;

// How long the ejection after `before` others in a row is: `base` times that, at most ten times.
[[nodiscard]] std::chrono::milliseconds ejection_time(const OutlierPolicy& policy,
                                                      std::uint32_t before) noexcept;

}  // namespace sluice
