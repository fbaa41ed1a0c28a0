// `sluice status` for people, from the JSON of /v1/status.
#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace sluice::cli {

// With splits, each service has a bar of its split.
enum class StatusDetail { numbers, splits };

// Throws boost::system::system_error or std::out_of_range where the JSON has another shape.
[[nodiscard]] std::string status_screen(const boost::json::object& status, bool colour,
                                        StatusDetail detail = StatusDetail::numbers);

}  // namespace sluice::cli
