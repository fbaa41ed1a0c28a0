// Rules in ALB's words: a priority, conditions, one action and what it does to messages. Called by
// read_listener.
#pragma once

#include "control/config.h"
#include "control/read_action.h"
#include "control/yaml_reader.h"

namespace sluice::config {

[[nodiscard]] Rule read_rule(const Value& value);

}  // namespace sluice::config
