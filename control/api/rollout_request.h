// What POST …/rollouts carries: {"to": "green", "strategy": "careful"} and, if the sender wishes, how.
#pragma once

#include <string>
#include <string_view>

#include "control/rollout/engine.h"
#include "routing/result.h"

namespace sluice {

struct RolloutRequest {
  StartRollout start;  // all but the service
  std::string reason;
  bool dry_run = false;
};

struct BadRolloutRequest {
  unsigned status;
  std::string code, what;
};

[[nodiscard]] Result<RolloutRequest, BadRolloutRequest> parse_rollout_request(std::string_view body);

// The `reason` of an optional body: {"reason": "…"}; empty if there is none.
[[nodiscard]] Result<std::string, BadRolloutRequest> parse_reason(std::string_view body);

}  // namespace sluice
