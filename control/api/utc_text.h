// Points in time as the API writes them.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace sluice {

// RFC 3339 with milliseconds: "2026-11-29T16:38:53.120Z".
[[nodiscard]] std::string utc_text(std::chrono::system_clock::time_point time);
// What utc_text wrote; none for anything else.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> parse_utc(const std::string& text);

}  // namespace sluice
