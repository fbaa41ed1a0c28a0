// What rules do with requests and responses, against ALB's limits and the services that there are. Called by
// check_rules.
#pragma once

#include <string>

#include "control/config.h"
#include "control/findings.h"

namespace sluice::config {

// Where a rule is: what its action may name, and what clients spoke to get there.
struct RulePlace {
  const Config& config;
  const Listener& listener;
};

// `key` is the rule's ("listeners[0].rules[1]"), or that of `default:`.
void check_action(const Action& action, const std::string& key, const RulePlace& place, Findings& findings);
void check_transforms(const Rule& rule, const std::string& key, Findings& findings);
void check_response_headers(const HeaderEdits& edits, const std::string& key, Findings& findings);

}  // namespace sluice::config
