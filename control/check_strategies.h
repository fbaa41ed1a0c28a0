// Strategies: what their keys mean together, and the names in them. Called by config_check.
#pragma once

#include "control/config.h"
#include "control/findings.h"

namespace sluice::config {

void check_strategies(const Config& config, Findings& findings);

}  // namespace sluice::config
