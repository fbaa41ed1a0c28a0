// Conditions against ALB's limits: what passes can be moved there, but for what ALB lacks. Called by
// check_rules and check_experiments.
#pragma once

#include <string>
#include <vector>

#include "control/config.h"
#include "control/findings.h"

namespace sluice::config {

// `key` is the rule's ("listeners[0].rules[1]").
void check_conditions(const Rule& rule, const std::string& key, Findings& findings);

// Of an audience, which may have none; `key` is what has the `conditions`.
void check_conditions(const std::vector<Condition>& conditions, const std::string& key, Findings& findings);

}  // namespace sluice::config
