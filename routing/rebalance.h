// How an allocation takes on new shares: which range gives, from which end and to whom. Split is the caller.
//
// Points go from variants that have too much to variants that lack, each at most once, so that the movement
// is the sum of the gains. A range remembers the end at which it last grew and gives there first. What is
// tried first makes the fewest ranges: a fragment to its neighbour whole, a cut between neighbours moved, a
// fragment to someone else whole, and last a new cut.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "routing/split.h"

namespace sluice {

// `wanted`: a share for each variant, the sum being the whole. `max_ranges`: at least the number of those
// above 0. Where it takes more ranges than that, fragments are united with others of their variant, those
// first that move the fewest users; only then is the movement more than the sum of the gains.
[[nodiscard]] std::vector<Range> rebalance(std::span<const Range> before,
                                           std::span<const Split::Share> wanted, std::size_t max_ranges);

}  // namespace sluice
