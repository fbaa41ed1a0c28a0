// Experiments: what they refer to exists, their shares fit, and no two may set one flag for one user.
#pragma once

#include "control/config.h"
#include "control/findings.h"

namespace sluice::config {

void check_experiments(const Config& config, Findings& findings);

}  // namespace sluice::config
