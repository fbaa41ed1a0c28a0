// A configuration file as `sluice check`, a start and a reload take it: read and judged, with every problem
// at once.
#pragma once

#include <string>

#include "control/config_yaml.h"

namespace sluice {

// The config is usable only if there is no problem. What was misread is not judged again: a check that looks
// at a key above, below or at a misread one would only repeat the complaint.
[[nodiscard]] ParsedConfig load_config(const std::string& path);

}  // namespace sluice
