// Which target of a group gets the next exchange. Round robin by weight: the order of turns is laid out when
// the snapshot is made (nginx's smooth weighting), so that a pick is one index.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "routing/target_group.h"

namespace sluice {

// Indexes 0..n-1, index i as often as its weight (relative to the others), spread as evenly as it goes.
[[nodiscard]] std::vector<std::uint32_t> smooth_turns(std::span<const std::uint32_t> weights);

// The next target that is not among the `tried` ones, or the next one if all are; `cursor` is the worker's
// own for this group. Null if the group has no targets.
[[nodiscard]] const Target* pick_round_robin(const TargetGroup& group, std::uint32_t& cursor,
                                             std::span<const Target* const> tried = {}) noexcept;

}  // namespace sluice
