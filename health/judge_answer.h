// Whether an answer is what a check wants, and ALB's words if it is not. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "health/check_result.h"
#include "health/health_check.h"

namespace sluice {

// `body`: as much of it as was read; empty where the check wants none.
[[nodiscard]] CheckResult judge_http(const HealthCheck& check, int status, std::string_view body);

// A unary call's end: HTTP's status, gRPC's if there was one, and the message with its five bytes of prefix.
struct GrpcAnswer {
  int http_status = 0;
  std::optional<int> status;
  std::string_view message;
};
[[nodiscard]] CheckResult judge_grpc(const HealthCheck& check, const GrpcAnswer& answer);

}  // namespace sluice
