// round_robin: each in turn, as often as its weight.
#pragma once

#include "routing/members.h"
#include "routing/pick.h"

namespace sluice {

// Null if there is no member. If all were tried: one of them.
[[nodiscard]] const Target* pick_in_turn(Members& among, const Pick& pick) noexcept;

}  // namespace sluice
