// Those that draw by weight: weighted_random takes whom it draws, least_outstanding the less busy of two
// (Mitzenmacher's power of two choices), which needs no look at the others and yet never follows the herd.
#pragma once

#include "routing/members.h"
#include "routing/pick.h"

namespace sluice {

// Null if there is no member. If all were tried: one of them.
[[nodiscard]] const Target* pick_at_random(const Members& among, const Pick& pick) noexcept;

// Less busy: fewer attempts in flight, of the whole process, for its weight, with this one. Between two that
// are idle the draw alone decides, so that weights hold there, too.
[[nodiscard]] const Target* pick_least_outstanding(const Members& among, const Pick& pick) noexcept;

}  // namespace sluice
