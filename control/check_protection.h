// What protects from too many requests, against the rest of the file. Called by check_listeners,
// check_rules and check_health.
#pragma once

#include <string>

#include "control/config.h"
#include "control/findings.h"

namespace sluice::config {

// `key` is the listener's or the rule's: "listeners[0]", "listeners[0].rules[1]".
void check_rate_limit(const Listener& listener, const std::string& key, Findings& findings);
void check_rate_limit(const Rule& rule, const std::string& key, Findings& findings);

void check_adaptive_concurrency(const TargetGroup& group, Findings& findings);

}  // namespace sluice::config
