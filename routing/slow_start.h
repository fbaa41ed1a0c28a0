// A target that becomes fit beside others gets few requests first and its full share by and by, as ALB's slow
// start has it.
#pragma once

#include <chrono>
#include <cstdint>

#include "routing/target_group.h"

namespace sluice {

// Shares of a target's own weight are in units of 1/full_share.
inline constexpr std::uint32_t full_share = 1000;
inline constexpr std::uint32_t first_share = 100;

struct StartingShare {
  std::uint32_t share = full_share;
  SteadyTime until = SteadyTime::max();  // when it is more
};

// From first_share to full_share in equal steps, a fiftieth of `slow_start` each but no shorter than 10 ms.
[[nodiscard]] StartingShare starting_share(SteadyTime fit_since, SteadyTime now,
                                           std::chrono::milliseconds slow_start) noexcept;

// What TargetState::fit_since becomes when `target` of the group becomes fit: now, if another one is fit and
// has its full share already, else the epoch. Targets that come into a group where nobody can stand in for
// them take all at once, as with ALB. Not to be asked about targets that came together with their group and
// are judged for the first time: they take all at once, too, one after the other as they are.
[[nodiscard]] SteadyTime fit_since(const TargetGroup& group, const Target& target, SteadyTime now) noexcept;

}  // namespace sluice
