// What no store takes, wherever it keeps things. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "control/store/store.h"

namespace sluice {

// Why a store whose last revision is `last` (0: none) must not take this write, if so. Allocations that could
// not be read back are refused as well, since a store that has them would not start any more: unavailable,
// with a text that says so.
[[nodiscard]] std::optional<StoreError> refusal(const Write& write, std::uint64_t last);

}  // namespace sluice
