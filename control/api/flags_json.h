// Feature flags as JSON.
#pragma once

#include <boost/json/object.hpp>

#include "routing/experiment.h"

namespace sluice {

[[nodiscard]] boost::json::object flags_json(const std::vector<std::pair<std::string, FlagValue>>& flags);

}  // namespace sluice
