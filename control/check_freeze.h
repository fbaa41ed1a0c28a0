// `freeze:`: windows that have a beginning and an end of one kind, in a time zone that is known here.
#pragma once

#include "control/config.h"
#include "control/findings.h"

namespace sluice::config {

void check_freeze(const Config& config, Findings& findings);

}  // namespace sluice::config
