// `notifications:`: secrets that can be read, and nobody told twice.
#pragma once

#include "control/config.h"
#include "control/findings.h"

namespace sluice::config {

void check_notifications(const Config& config, Findings& findings);

}  // namespace sluice::config
