// What the configuration says about the health of a target group: how its targets are chosen, checked,
// ejected, warmed up and drained. Part of config.h; read by read_health_check, judged by check_health. The
// ranges are ALB's, with intervals below a second besides.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "routing/target_group.h"

namespace sluice::config {

using sluice::Algorithm;
using sluice::Capacity;
using Outlier = sluice::OutlierPolicy;

enum class HealthProtocol { http, https };

// Status codes from one to another, both included.
struct StatusRange {
  int low = 200;
  int high = 200;
  bool operator==(const StatusRange&) const = default;
};

struct HealthCheck {
  HealthProtocol protocol = HealthProtocol::http;
  std::string path = "/";
  std::uint16_t port = 0;  // 0: the target's own
  std::chrono::milliseconds interval{30'000};
  std::chrono::milliseconds timeout{6'000};  // ALB's default is longer over TLS, see read_health_check
  std::uint32_t healthy = 5;                 // passes in a row
  std::uint32_t unhealthy = 2;               // failures in a row
  std::vector<StatusRange> matcher{StatusRange{}};
  bool operator==(const HealthCheck&) const = default;
};

}  // namespace sluice::config
