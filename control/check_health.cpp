#include "control/check_health.h"

#include <algorithm>

#include "control/units.h"

namespace sluice::config {
namespace {

// What may stand in a request line; a query may follow the path, as with ALB.
bool is_path(std::string_view text) {
  const auto stands = [](char c) { return c > ' ' && c < 0x7F && c != '#'; };
  return text.starts_with('/') && text.size() <= 1024 && std::ranges::all_of(text, stands);
}

void check_health_check(const HealthCheck& check, const std::string& key, Findings& findings) {
  if (!is_path(check.path))
    findings.add(key + ".path",
                 "`" + check.path + "` is not a path; write as /healthz, at most 1024 characters");
  if (check.timeout >= check.interval)
    findings.add(key + ".timeout", duration_text(check.timeout) + " is not below interval, " +
                                       duration_text(check.interval) +
                                       "; a check ends before the next begins");
}

}  // namespace

void check_health(const Config& config, Findings& findings) {
  for (const auto& group : config.target_groups)
    if (group.health_check)
      check_health_check(*group.health_check, "target_groups." + group.name + ".health_check", findings);
}

}  // namespace sluice::config
