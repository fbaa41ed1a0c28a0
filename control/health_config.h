// What the configuration says about the health of a target group: how its targets are chosen, checked,
// ejected, warmed up and drained. Part of config.h; read by read_health_check, judged by check_health. The
// ranges are ALB's, with intervals below a second besides.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "routing/weight.h"

namespace sluice::config {

enum class Algorithm { round_robin, least_outstanding, weighted_random, consistent_hash };

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

// Which targets are left out because of the answers that users got.
struct Outlier {
  std::uint32_t consecutive_5xx = 5;
  std::chrono::milliseconds base_ejection{30'000};
  Weight max_ejected{50 * Weight::unit};  // percent of the group's targets; 0: none is ever ejected
  bool operator==(const Outlier&) const = default;
};

// What a group takes before it is full.
struct Capacity {
  std::uint32_t pending = 1024;   // requests that wait for a connection
  std::uint32_t requests = 1024;  // requests in flight
  bool operator==(const Capacity&) const = default;
};

}  // namespace sluice::config
