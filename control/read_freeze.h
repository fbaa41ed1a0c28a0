// One entry of `freeze:`. Called by config_yaml.
#pragma once

#include <string>
#include <string_view>

#include "control/freeze_config.h"
#include "control/yaml_reader.h"
#include "routing/result.h"

namespace sluice::config {

// "Fri 16:00" (or "friday 16:00"), or "2026-12-20 00:00"; hours from 00:00 to 24:00.
[[nodiscard]] Result<FreezePoint, std::string> freeze_point(std::string_view text);
[[nodiscard]] FreezeWindow read_freeze(const Value& value);

}  // namespace sluice::config
