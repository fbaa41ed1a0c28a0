// What protects Sluice and its targets from too many requests, as typed. Part of config.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "routing/rate_limit.h"
#include "routing/weight.h"

namespace sluice::config {

struct RateLimit {
  std::uint32_t requests = 0;
  std::chrono::milliseconds per{1000};
  LimitBy by = LimitBy::everybody;
  std::optional<std::uint32_t> burst{};  // none: as many as `requests`
};

struct Fault {
  Weight delayed{};                    // per cent; 0: none
  std::chrono::milliseconds delay{0};  // how long
  Weight aborted{};                    // per cent; 0: none
  std::uint16_t status = 503;
};

// Absent: memory as the cgroup limits it, and the loop's lag not looked at.
struct Overload {
  std::optional<std::uint64_t> memory{};  // bytes; 0: off
  std::chrono::milliseconds loop_lag{0};  // 0: off
};

}  // namespace sluice::config
