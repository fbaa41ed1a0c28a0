// One element of `listeners:`, its rules included. Called by config_yaml.
#pragma once

#include "control/config.h"
#include "control/yaml_reader.h"

namespace sluice::config {

[[nodiscard]] Listener read_listener(const Value& value);

}  // namespace sluice::config
