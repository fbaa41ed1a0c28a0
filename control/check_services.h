// Services and target groups: names that must exist, weights, addresses. Called by config_check.
#pragma once

#include "control/config.h"
#include "control/findings.h"

namespace sluice::config {

void check_services(const Config& config, Findings& findings);
void check_target_groups(const Config& config, Findings& findings);

}  // namespace sluice::config
