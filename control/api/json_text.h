// JSON to text with numbers as people write them (0.5 and 90, where Boost.JSON writes 5E-1 and 9E1).
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "routing/weight.h"

namespace sluice {

// A whole number where it is one.
[[nodiscard]] boost::json::value weight_json(Weight weight);

[[nodiscard]] std::string json_text(const boost::json::value& value);

}  // namespace sluice
