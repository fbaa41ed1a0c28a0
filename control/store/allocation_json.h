// An Allocation as JSON, exactly: points are hexadecimal text of all their 64 bits, weights are decimal text.
//   {"variants": [{"name": "blue", "weight": "90"}, {"name": "green", "weight": "0.5", "withdrawn": true}],
//    "stable": "blue", "ranges": [["0000000000000000", 0, "high"], ["e666666666666666", 1, "low"]]}
// What is read back is checked whole: a disk is not to be trusted. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "control/store/records.h"
#include "routing/result.h"

namespace sluice {

// Why no service can run on this, if so: names that are empty or alike, a stable that is none of them, or
// ranges that are no split (routing/split.h).
[[nodiscard]] std::optional<std::string> fault_of(const Allocation& allocation);

[[nodiscard]] std::string allocation_text(const Allocation& allocation);

// The error says what is wrong, for people.
[[nodiscard]] Result<Allocation, std::string> parse_allocation(std::string_view text);

}  // namespace sluice
