// An arm's `flags:`: names and values in the order of the file. Called by read_experiment.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "control/yaml_reader.h"
#include "routing/flags.h"

namespace sluice::config {

// Plain true and false, whole numbers and decimals are what they look like; all else, and all that is quoted,
// is text. Each flag that is returned has a member (routing/flags.h).
[[nodiscard]] std::vector<std::pair<std::string, FlagValue>> read_flags(const Value& value);

}  // namespace sluice::config
