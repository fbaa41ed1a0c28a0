// What POST …/drain carries: how long the requests in flight have, if not as long as the group gives them.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "control/api/message.h"
#include "routing/result.h"

namespace sluice {

// ?delay=10s, or {"delay": "10s"}, or nothing; 0s to 1h. The error is the answer.
[[nodiscard]] Result<std::optional<std::chrono::milliseconds>, ApiResponse> parse_drain_request(
    const ApiRequest& request);

}  // namespace sluice
