// The admin address and who may ask there. Called by config_check.
#pragma once

#include "control/findings.h"

namespace sluice::config {

void check_admin(const Config& config, Findings& findings);

}  // namespace sluice::config
