// A rollout in one line, from the API's JSON. All throw boost::system::system_error or std::out_of_range
// where the JSON has another shape.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "control/cli/table.h"

namespace sluice::cli {

[[nodiscard]] bool has_ended(const boost::json::object& rollout);
[[nodiscard]] bool has_succeeded(const boost::json::object& rollout);

[[nodiscard]] Ink ink_of_state(std::string_view state) noexcept;

// "r7 of shop: blue → green by careful, running"
[[nodiscard]] std::string rollout_title(const boost::json::object& rollout, bool colour);

// "running, step 2 of 5, 25 %: waits for an approval": what tells one moment of a rollout from the next.
[[nodiscard]] std::string progress_text(const boost::json::object& rollout, bool colour);

// For the status screen: "r7 running → green by careful ▇▇··· 25.0 % now, 50 % next in 4m10s". `share` is
// what the new variant has, from 0 to 1; times are told from `as_of`, the proxy's own.
[[nodiscard]] std::string rollout_line(const boost::json::object& rollout, double share,
                                       const std::string& as_of, bool colour);

[[nodiscard]] std::string percent_text(const boost::json::value& weight);  // of a plan: "25 %"
[[nodiscard]] std::string length_text(double seconds);                     // "100ms", "1m30s"
// "2026-11-29 16:38:53" of the API's times, which are UTC; empty of null.
[[nodiscard]] std::string time_text(const boost::json::value& at);

// "██████▒▒ blue 75.0 %, green 25.0 %": who has which part of the traffic.
struct NamedShare {
  std::string name;
  double share;  // from 0 to 1
};
[[nodiscard]] std::string split_bar(const std::vector<NamedShare>& shares);

}  // namespace sluice::cli
