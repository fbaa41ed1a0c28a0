// consistent_hash with bounded loads (Mirrokni, Thorup and Zadimoghaddam 2016): the first target from the
// key's place on the ring that is a member and has no more than a quarter above its share of what is in
// flight in the group. The others' keys go on to the next, always the same one, and come back.
#pragma once

#include "routing/hash_ring.h"
#include "routing/members.h"
#include "routing/pick.h"

namespace sluice {

// `in_flight`: exchanges of the whole group with the one that this pick is for; 0: loads have no bound.
// Null if there is no member. If all were tried: one of them.
[[nodiscard]] const Target* pick_by_key(const Members& among, const TargetGroup& group, const Pick& pick,
                                        std::uint32_t in_flight) noexcept;

}  // namespace sluice
