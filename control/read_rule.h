// Rules in ALB's words: a priority, conditions and one action. Called by read_listener.
#pragma once

#include "control/config.h"
#include "control/yaml_reader.h"

namespace sluice::config {

[[nodiscard]] Rule read_rule(const Value& value);

// The one action among the keys of a rule or of `default:`.
[[nodiscard]] Action read_action(Mapping& mapping);

}  // namespace sluice::config
