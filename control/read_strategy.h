// One entry of `strategies:`. Called by config_yaml.
#pragma once

#include "control/strategy_config.h"
#include "control/yaml_reader.h"

namespace sluice::config {

[[nodiscard]] Strategy read_strategy(const std::string& name, const Value& value);

}  // namespace sluice::config
