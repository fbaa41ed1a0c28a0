// `sticky:` of the services: names that can stand in a header, secrets that can be read, weights that the
// hash can tell apart, cookies that are nobody else's.
#pragma once

#include "control/config.h"
#include "control/findings.h"

namespace sluice::config {

void check_sticky(const Config& config, Findings& findings);

}  // namespace sluice::config
