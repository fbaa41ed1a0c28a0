// Target groups and targets for people, from the JSON of /v1/target-groups and /v1/services. All throw
// boost::system::system_error or std::out_of_range where the JSON has another shape.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>

namespace sluice::cli {

// How a target is, and why, in one line: "draining: Gets no new requests; 3 in flight, 24s left". Times are
// told from `as_of`, the proxy's own time: clocks differ.
[[nodiscard]] std::string target_line(const boost::json::value& target, const std::string& as_of);

[[nodiscard]] std::string groups_table(const boost::json::array& groups, bool colour);
[[nodiscard]] std::string targets_table(const boost::json::array& groups, bool colour);

// Of the services' groups, the first ten targets each that are not healthy; empty if all are.
[[nodiscard]] std::string not_healthy_table(const boost::json::array& services, const std::string& as_of,
                                            bool colour);

}  // namespace sluice::cli
