#include "control/check_protection.h"

#include "control/limited_service.h"

namespace sluice::config {
namespace {

bool asks_who(const std::optional<RateLimit>& limit) {
  return limit && limit->by == LimitBy::identity;
}

}  // namespace

void check_rate_limit(const Listener& listener, const std::string& key, Findings& findings) {
  if (asks_who(listener.rate_limit) && !limited_service(listener))
    findings.add(key + ".rate_limit.by",
                 "identity needs a `forward`: a service says what identifies its users; use address");
}

void check_rate_limit(const Rule& rule, const std::string& key, Findings& findings) {
  if (asks_who(rule.rate_limit) && !std::holds_alternative<Forward>(rule.action))
    findings.add(key + ".rate_limit.by",
                 "identity needs `forward`: that service says what identifies its users; use address");
}

void check_adaptive_concurrency(const TargetGroup& group, Findings& findings) {
  const auto& bounds = group.adaptive_concurrency;
  if (bounds && bounds->min > bounds->max)
    findings.add("target_groups." + group.name + ".adaptive_concurrency.min",
                 std::to_string(bounds->min) + " is above max, " + std::to_string(bounds->max));
}

}  // namespace sluice::config
