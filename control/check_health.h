// Health checks of target groups: what their keys mean together. Called by config_check.
#pragma once

#include "control/config.h"
#include "control/findings.h"

namespace sluice::config {

void check_health(const Config& config, Findings& findings);

}  // namespace sluice::config
