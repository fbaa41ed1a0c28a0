// Strategies that need not be written: every configuration that CodeDeploy predefines, and the defaults of
// ECS' own canary and linear deployments (docs/configuration.md, "Strategies"). A strategy of the file with
// the same name goes before.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/strategy_config.h"

namespace sluice {

[[nodiscard]] const std::vector<config::Strategy>& presets();

}  // namespace sluice
