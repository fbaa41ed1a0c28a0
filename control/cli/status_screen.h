// `sluice status` for people, from the JSON of /v1/status.
#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace sluice::cli {

// Throws boost::system::system_error or std::out_of_range where the JSON has another shape.
[[nodiscard]] std::string status_screen(const boost::json::object& status, bool colour);

}  // namespace sluice::cli
