#include "health/judge_answer.h"

#include <string>

namespace sluice {
namespace {

using Kind = CheckResult::Kind;

CheckResult wrong_code(const std::string& code) {
  return {.kind = Kind::mismatch, .description = "Health checks failed with these codes: [" + code + "]"};
}

// HealthCheckResponse{status: SERVING}, not compressed: one field, number 1, a varint.
constexpr std::string_view serving{"\0\0\0\0\x02\x08\x01", 7};

}  // namespace

CheckResult judge_http(const HealthCheck& check, int status, std::string_view body) {
  if (!matches(check.matcher, status)) return wrong_code(std::to_string(status));
  if (check.body && !check.body->found_in(body))
    return {.kind = Kind::failed, .description = "Health checks failed: the body is not as expected"};
  return {};
}

CheckResult judge_grpc(const HealthCheck& check, const GrpcAnswer& answer) {
  if (answer.http_status != 200) return wrong_code("HTTP " + std::to_string(answer.http_status));
  if (!answer.status)
    return {.kind = Kind::failed, .description = "Health checks failed: no grpc-status in the answer"};
  if (!matches(check.matcher, *answer.status)) return wrong_code(std::to_string(*answer.status));
  if (check.path == grpc_health_path && *answer.status == 0 && answer.message != serving)
    return {.kind = Kind::failed, .description = "Health checks failed: the service is not SERVING"};
  return {};
}

}  // namespace sluice
