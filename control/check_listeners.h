// The addresses, limits and certificates of listeners, and the admin address. Called by config_check.
#pragma once

#include "control/config.h"
#include "control/findings.h"

namespace sluice::config {

void check_admin(const Config& config, Findings& findings);
void check_listeners(const Config& config, Findings& findings);

}  // namespace sluice::config
