#include "control/check_health.h"

#include <algorithm>

#include "control/check_protection.h"
#include "control/quoted.h"
#include "control/units.h"
#include "routing/header_edits.h"
#include "routing/header_id.h"

namespace sluice::config {
namespace {

// What may stand in a request line; a query may follow the path, as with ALB.
bool is_path(std::string_view text) {
  const auto stands = [](char c) { return c > ' ' && c < 0x7F && c != '#'; };
  return text.starts_with('/') && text.size() <= 1024 && std::ranges::all_of(text, stands);
}

bool is_host(std::string_view text) {
  const auto stands = [](char c) { return c > ' ' && c < 0x7F && c != '/' && c != '@'; };
  return text.size() <= 255 && std::ranges::all_of(text, stands);
}

void check_headers(const HealthCheck& check, const std::string& key, Findings& findings) {
  for (const auto& [name, value] : check.headers) {
    const auto at = key + ".headers." + name;
    if (!is_field_name(name)) findings.add(at, quoted(name) + " is not a header name");
    if (equal_ignoring_case(name, "Host")) {
      findings.add(at, "is written as health_check.host");
    } else if (is_framing_field(name)) {
      findings.add(at, quoted(name) + " frames the message; Sluice writes it as it must be");
    }
    if (!is_field_value(value)) findings.add(at, quoted(value) + " is not a header value");
  }
}

// Keys that a protocol has no use for: whoever wrote them expects more than is asked.
void check_use(const HealthCheck& check, const std::string& key, const Config& config, Findings& findings) {
  const auto useless = [&](std::initializer_list<const char*> names, const std::string& why) {
    for (const auto* name : names)
      if (config.marks.contains(key + "." + name)) findings.add(key + "." + name, why);
  };
  if (check.protocol == HealthProtocol::tcp)
    useless({"path", "matcher", "host", "headers", "body"},
            "means nothing with `protocol: tcp`; a connection is enough");
  if (check.protocol == HealthProtocol::grpc)
    useless({"body"}, std::string("means nothing with `protocol: grpc`; with `path: ") + grpc_health_path +
                          "` the answer must be SERVING");
}

void check_health_check(const HealthCheck& check, const std::string& key, Findings& findings) {
  check_headers(check, key, findings);
  if (!check.host.empty() && !is_host(check.host))
    findings.add(key + ".host", quoted(check.host) + " is not a host; write as app.internal");
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
  for (const auto& group : config.target_groups) {
    check_adaptive_concurrency(group, findings);
    if (!group.health_check) continue;
    const auto key = "target_groups." + group.name + ".health_check";
    check_use(*group.health_check, key, config, findings);
    check_health_check(*group.health_check, key, findings);
  }
}

}  // namespace sluice::config
