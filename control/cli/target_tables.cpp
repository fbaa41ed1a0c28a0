#include "control/cli/target_tables.h"

#include <algorithm>
#include <boost/json/value_to.hpp>
#include <chrono>
#include <set>

#include "control/api/json_text.h"
#include "control/api/utc_text.h"
#include "control/cli/table.h"

namespace sluice::cli {
namespace {

namespace json = boost::json;
using Row = std::vector<Cell>;

constexpr std::size_t most_named = 10;

// Null is nothing to say.
std::string text(const json::value& value) {
  return value.is_null() ? std::string() : json::value_to<std::string>(value);
}

Cell state_cell(const json::value& state) {
  auto word = text(state);
  const auto ink = word == "healthy"     ? Ink::green
                   : word == "unhealthy" ? Ink::red
                   : word == "unused"    ? Ink::dim
                                         : Ink::yellow;
  return {std::move(word), ink};
}

// "24s left", from one time of the proxy's to another; empty if there is no end.
std::string time_left(const json::value& until, const std::string& as_of) {
  const auto from = parse_utc(as_of), to = parse_utc(text(until));
  if (!from || !to) return {};
  const std::chrono::duration<double> left = *to - *from;
  return left.count() > 0 ? short_duration(left.count() + 0.5) + " left" : "out of time";
}

std::string why(const json::value& target, const std::string& as_of) {
  auto said = text(target.at("description"));
  if (const auto left = time_left(target.at("ejected_until"), as_of); !left.empty()) said += "; " + left;
  if (target.at("draining_until").is_null()) return said;
  const auto in_flight = json_text(target.at("in_flight"));
  if (in_flight == "0") return said + "; nothing in flight";
  return said + "; " + in_flight + " in flight, " + time_left(target.at("draining_until"), as_of);
}

Row titles(std::initializer_list<const char*> names) {
  Row row;
  for (const char* name : names) row.push_back({name, Ink::dim});
  return row;
}

std::string used_by(const json::value& group) {
  std::string all;
  for (const auto& each : group.at("used_by").as_array())
    all += (all.empty() ? "" : ", ") + text(each.at("service")) + "/" + text(each.at("variant")) + " " +
           percent(each.at("share").to_number<double>());
  return all;
}

bool has_zones(const json::array& groups) {
  return std::ranges::any_of(groups, [](const auto& group) {
    return std::ranges::any_of(group.at("targets").as_array(),
                               [](const auto& target) { return !target.at("zone").is_null(); });
  });
}

}  // namespace

std::string target_line(const json::value& target, const std::string& as_of) {
  const auto said = why(target, as_of);
  return text(target.at("state")) + (said.empty() ? "" : ": " + said);
}

std::string groups_table(const json::array& groups, bool colour) {
  std::vector<Row> rows{titles({"TARGET GROUP", "STATE", "REQUESTS", "CONNECTIONS", "WAITING", "USED BY"})};
  for (const auto& group : groups)
    rows.push_back({{text(group.at("name")), Ink::bold},
                    state_cell(group.at("state")),
                    {json_text(group.at("requests"))},
                    {json_text(group.at("connections"))},
                    {json_text(group.at("pending"))},
                    {used_by(group)}});
  return table({Align::left, Align::left, Align::right, Align::right, Align::right, Align::left}, rows,
               colour);
}

std::string targets_table(const json::array& groups, bool colour) {
  std::vector<Row> rows{titles({"TARGET GROUP", "TARGET", "ZONE", "WEIGHT", "IN FLIGHT", "STATE", "WHY"})};
  for (const auto& group : groups) {
    auto name = text(group.at("name"));
    for (const auto& target : group.at("targets").as_array()) {
      const auto reasons = why(target, text(group.at("as_of")));
      const bool healthy = text(target.at("state")) == "healthy";
      rows.push_back({{name, Ink::bold},
                      {text(target.at("address"))},
                      {text(target.at("zone"))},
                      {json_text(target.at("weight"))},
                      {json_text(target.at("in_flight"))},
                      state_cell(target.at("state")),
                      {reasons, healthy ? Ink::dim : Ink::plain}});
      name.clear();  // once is enough
    }
  }
  std::vector<Align> columns{Align::left,  Align::left, Align::left, Align::right,
                             Align::right, Align::left, Align::left};
  if (!has_zones(groups)) {
    columns.erase(columns.begin() + 2);
    for (auto& row : rows) row.erase(row.begin() + 2);
  }
  return table(columns, rows, colour);
}

std::string not_healthy_table(const json::array& services, const std::string& as_of, bool colour) {
  std::vector<Row> rows{titles({"TARGET GROUP", "NOT HEALTHY", "STATE", "WHY"})};
  std::set<std::string> told;  // several variants may have one group
  for (const auto& service : services)
    for (const auto& variant : service.at("variants").as_array()) {
      auto group = text(variant.at("target_group"));
      if (!told.insert(group).second) continue;
      const auto& targets = variant.at("not_healthy").as_array();
      const auto more = targets.size() - std::min(targets.size(), most_named);
      const std::string rest = std::to_string(more) + " more: sluice targets list " + group;
      for (std::size_t i = 0; i < targets.size() - more; ++i) {
        rows.push_back({{group, Ink::bold},
                        {text(targets[i].at("address"))},
                        state_cell(targets[i].at("state")),
                        {why(targets[i], as_of)}});
        group.clear();  // once is enough
      }
      if (more > 0) rows.push_back({{""}, {"…"}, {""}, {rest, Ink::dim}});
    }
  return rows.size() == 1 ? "" : table({Align::left, Align::left, Align::left, Align::left}, rows, colour);
}

}  // namespace sluice::cli
