// Durations, sizes and shares as people write them in the configuration: "500ms", "64KiB", "10%". An error
// says what would have been right.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "routing/result.h"

namespace sluice::config {

// A whole number with ms, s, m, h or d; a bare 0 too.
[[nodiscard]] Result<std::chrono::milliseconds, std::string> parse_duration(std::string_view text);

// Bytes: a whole number, plain or with B, KiB, MiB or GiB.
[[nodiscard]] Result<std::uint64_t, std::string> parse_size(std::string_view text);

// "10%" → 0.1; from 0% to 100%, decimals allowed.
[[nodiscard]] Result<double, std::string> parse_share(std::string_view text);

// The shortest text that parses to the same value.
[[nodiscard]] std::string duration_text(std::chrono::milliseconds duration);
[[nodiscard]] std::string size_text(std::uint64_t bytes);

}  // namespace sluice::config
