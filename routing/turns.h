// Round robin by weight: the order of turns is laid out beforehand (nginx's smooth weighting), so that a pick
// is one index.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sluice {

// Indexes 0..n-1, index i as often as its weight (relative to the others), spread as evenly as it goes.
[[nodiscard]] std::vector<std::uint32_t> smooth_turns(std::span<const std::uint32_t> weights);

}  // namespace sluice
