// The addresses, limits and certificates of listeners. Called by config_check.
#pragma once

#include "control/config.h"
#include "control/findings.h"

namespace sluice::config {

void check_listeners(const Config& config, Findings& findings);

}  // namespace sluice::config
