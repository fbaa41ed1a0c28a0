// Values of the API's JSON for people. They throw boost::system::system_error where the JSON has another
// shape.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value_to.hpp>
#include <string>

#include "control/api/json_text.h"

namespace sluice::cli {

// Null is nothing to say; what is no text is told as JSON writes it.
[[nodiscard]] inline std::string field_text(const boost::json::value& value) {
  if (value.is_null()) return {};
  return value.is_string() ? boost::json::value_to<std::string>(value) : json_text(value);
}

[[nodiscard]] inline double field_number(const boost::json::value& value) {
  return value.to_number<double>();
}

}  // namespace sluice::cli
