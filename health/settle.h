// When what the checks say of a group's targets becomes known to the data plane. Pure, but for the states
// that it stores into.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "health/threshold.h"
#include "routing/target_state.h"

namespace sluice {

struct JudgedTarget {
  std::shared_ptr<TargetState> state;
  Threshold threshold;
  bool is_heard = false;  // a check of it has ended

  [[nodiscard]] CheckVerdict known() const noexcept { return TargetState::load(state->verdict); }
};

// Stores the verdicts that may be known by now, and tells of which targets they are new: their indexes. While
// no target of the group is healthy, a first healthy one is held back until each has been heard: until then
// all of them serve, afterwards only those that passed, and nobody ever carries the load of all alone.
[[nodiscard]] std::vector<std::size_t> settle(std::span<JudgedTarget* const> targets, SteadyTime now);

}  // namespace sluice
