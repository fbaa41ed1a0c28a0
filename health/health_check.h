// What is asked of each target of a group to know that it is fit, in ALB's words. control reads it, the
// prober does it. The ranges are ALB's, with intervals below a second and the tcp protocol besides.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "routing/regex.h"

namespace sluice {

// tcp: that it takes a connection is enough. grpc: a unary call, over TLS if the group has it.
enum class HealthProtocol : std::uint8_t { http, https, grpc, tcp };

// Codes from one to another, both included: HTTP's statuses, or gRPC's (0 to 99).
struct CodeRange {
  int low = 200;
  int high = 200;
  bool operator==(const CodeRange&) const = default;
};

struct HealthCheck {
  HealthProtocol protocol = HealthProtocol::http;
  std::string path = "/";
  std::uint16_t port = 0;  // 0: the target's own
  std::chrono::milliseconds interval{30'000};
  std::chrono::milliseconds timeout{6'000};  // below interval
  std::uint32_t healthy = 5;                 // passes in a row
  std::uint32_t unhealthy = 2;               // failures in a row
  std::vector<CodeRange> matcher{CodeRange{}};
  std::string host = {};                                          // empty: the target's own, with its port
  std::vector<std::pair<std::string, std::string>> headers = {};  // each name once
  std::optional<Regex> body = {};  // must be found in the first 64 KiB of the answer's body; not with grpc
  bool operator==(const HealthCheck&) const = default;
};

[[nodiscard]] bool matches(const std::vector<CodeRange>& matcher, int code) noexcept;

// gRPC's own health service (grpc/health/v1/health.proto): asked by its path, it must also say SERVING.
inline constexpr auto grpc_health_path = "/grpc.health.v1.Health/Check";

// What a check says that it is, unless its headers say otherwise.
inline constexpr auto check_user_agent = "Sluice-HealthChecker/1.0";

}  // namespace sluice
