// Rollouts as tables, from the API's JSON. All throw boost::system::system_error or std::out_of_range where
// the JSON has another shape.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>

namespace sluice::cli {

// The steps and what follows them, with a mark at the one that is under way.
[[nodiscard]] std::string plan_table(const boost::json::object& rollout, bool colour);

// Empty if nothing has been judged.
[[nodiscard]] std::string gates_table(const boost::json::object& rollout, bool colour);

// Everything about one: its title, what it waits for, plan and gates.
[[nodiscard]] std::string rollout_screen(const boost::json::object& rollout, bool colour);

// Of a dry run: what would happen, and when at the earliest.
[[nodiscard]] std::string timeline_table(const boost::json::array& timeline, bool colour);

[[nodiscard]] std::string history_table(const boost::json::array& rollouts, bool colour);

}  // namespace sluice::cli
