// One entry of `services:` and one of `target_groups:`. Called by config_yaml.
#pragma once

#include "control/config.h"
#include "control/yaml_reader.h"

namespace sluice::config {

[[nodiscard]] Service read_service(const std::string& name, const Value& value);
[[nodiscard]] TargetGroup read_target_group(const std::string& name, const Value& value);

}  // namespace sluice::config
