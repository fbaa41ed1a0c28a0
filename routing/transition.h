// How one allocation becomes another by and by: of each stretch of the line that changes hands a part has
// changed already, from the end where its new owner grows. Whoever has moved stays, and nobody moves who would
// not in the end. Split is the caller.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "routing/split.h"

namespace sluice {

// In order, neighbours of different variants. At no step that is `before`, at the last `after`.
[[nodiscard]] std::vector<Range> on_the_way(std::span<const Range> before, std::span<const Range> after,
                                            Progress progress);

}  // namespace sluice
