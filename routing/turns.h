// Round robin by weight: the order of turns is laid out beforehand, so that a pick is one index. Laid out as
// packets of several streams are sent (EEVDF, Stoica and Abdel-Wahab 1995): each has its next turn not before
// its share of the turns so far is used up, and of those the one whose next would be due first. At any place
// of the order each index has had its share, give or take one.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sluice {

inline constexpr std::size_t most_turns = 4096;

// Indexes 0..n-1, index i as often as its weight (relative to the others), spread as evenly as it goes. Where
// that would be more than `most_turns`, weights are rounded to fit, but whoever has one has a turn.
[[nodiscard]] std::vector<std::uint32_t> smooth_turns(std::span<const std::uint32_t> weights);

}  // namespace sluice
