// One condition of a rule or of an audience, in ALB's words and those that ALB lacks. Called by read_rule and
// read_experiment.
#pragma once

#include <vector>

#include "control/yaml_reader.h"
#include "routing/condition.h"

namespace sluice::config {

// `mapping` has one key, the condition's kind.
void read_condition(Mapping& mapping, std::vector<Condition>& into);

}  // namespace sluice::config
