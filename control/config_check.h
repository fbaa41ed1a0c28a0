// Judges a configuration that was read without problems: what a key alone cannot tell (names that are not
// there, doubles, ALB's limits, files). Reads certificate files, resolves nothing, changes nothing.
#pragma once

#include <vector>

#include "control/config.h"

namespace sluice {

// All problems, in the order of the file; empty if the configuration can be compiled.
[[nodiscard]] std::vector<config::Problem> check_config(const config::Config& config);

}  // namespace sluice
