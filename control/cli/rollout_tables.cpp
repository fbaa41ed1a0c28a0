#include "control/cli/rollout_tables.h"

#include "control/cli/fields.h"
#include "control/cli/rollout_text.h"
#include "control/cli/table.h"

namespace sluice::cli {
namespace {

namespace json = boost::json;
using Row = std::vector<Cell>;

Row titles(std::initializer_list<const char*> names) {
  Row row;
  for (const char* name : names) row.push_back({name, Ink::dim});
  return row;
}

std::string hold_text(const json::value& step) {
  const auto seconds = field_number(step.at("hold"));
  std::string text = seconds > 0 ? length_text(seconds) : "";
  if (step.at("approval").as_bool()) text += text.empty() ? "an approval" : ", then an approval";
  return text;
}

std::string targets_text(const json::value& step) {
  std::string all;
  if (const auto* targets = step.as_object().if_contains("targets"))
    for (const auto& each : targets->as_array()) all += (all.empty() ? "" : ", ") + field_text(each);
  return all;
}

// What stands before step `index`, counted from 1; that after the last is the bake.
Cell mark(const json::object& rollout, std::size_t index) {
  const auto done = rollout.at("step").to_number<std::size_t>();
  const auto steps = rollout.at("plan").as_array().size();
  const bool baking = field_text(rollout.at("state")) == "baking";
  const auto at = baking ? steps + 1 : done;
  if (has_succeeded(rollout) || index < at) return {"✓", Ink::green};
  if (index > at) return {""};
  return has_ended(rollout) ? Cell{"✗", Ink::red} : Cell{"▶", Ink::bold};
}

void add_time_after(Row row, double seconds, std::vector<Row>& rows) {
  if (seconds <= 0) return;
  row.push_back({""});
  row.push_back({length_text(seconds)});
  row.push_back({""});
  rows.push_back(std::move(row));
}

// "5.3 %" of an error rate, "310 ms" of a latency.
std::string measured(const std::string& gate, const json::value& value) {
  if (value.is_null()) return "–";
  const auto number = field_number(value);
  if (gate == "error_rate") return percent(number);
  return gate == "latency" ? fixed(number, number < 10 ? 1 : 0) + " ms" : json_text(value);
}

Cell verdict_cell(const json::value& gate) {
  const auto verdict = field_text(gate.at("verdict"));
  if (!gate.at("acted_upon").as_bool()) return {verdict + " (ignored)", Ink::dim};
  return {verdict, verdict == "pass" ? Ink::green : verdict == "fail" ? Ink::red : Ink::yellow};
}

}  // namespace

std::string plan_table(const json::object& rollout, bool colour) {
  std::vector<Row> rows{titles({"", "STEP", "SHARE", "THEN WAITS", "DEPLOYS TO"})};
  std::size_t index = 0;
  for (const auto& step : rollout.at("plan").as_array()) {
    ++index;
    rows.push_back({mark(rollout, index),
                    {std::to_string(index)},
                    {percent_text(step.at("weight"))},
                    {hold_text(step)},
                    {targets_text(step)}});
  }
  add_time_after({mark(rollout, index + 1), {"bake"}}, field_number(rollout.at("bake")), rows);
  add_time_after({mark(rollout, index + 1), {"keep " + field_text(rollout.at("from"))}},
                 field_number(rollout.at("keep_old")), rows);
  bool deploys = false;
  for (std::size_t i = 1; i < rows.size(); ++i) deploys |= !rows[i][4].text.empty();
  if (!deploys) rows[0][4].text.clear();
  return table({Align::left, Align::left, Align::right, Align::left, Align::left}, rows, colour);
}

std::string gates_table(const json::object& rollout, bool colour) {
  const auto& gates = rollout.at("gates").as_array();
  if (gates.empty()) return {};
  std::vector<Row> rows{titles({"GATE", "VERDICT", "OBSERVED", "LIMIT", "SAMPLES", "WHY"})};
  for (const auto& gate : gates) {
    const auto name = field_text(gate.at("name"));
    rows.push_back({{name},
                    verdict_cell(gate),
                    {measured(name, gate.at("observed"))},
                    {measured(name, gate.at("limit"))},
                    {json_text(gate.at("samples"))},
                    {field_text(gate.at("reason"))}});
  }
  return table({Align::left, Align::left, Align::right, Align::right, Align::right, Align::left}, rows,
               colour);
}

std::string rollout_screen(const json::object& rollout, bool colour) {
  auto screen = rollout_title(rollout, colour) + "\n";
  const auto add = [&](const char* what, const std::string& value) {
    if (!value.empty()) screen += inked(what, Ink::dim, colour) + value + "\n";
  };
  add("started  ", time_text(rollout.at("started_at")) + " UTC by " + field_text(rollout.at("author")));
  if (const auto ended = time_text(rollout.at("ended_at")); !ended.empty()) add("ended    ", ended + " UTC");
  if (const auto until = time_text(rollout.at("until")); !until.empty())
    add("holds    ", "until " + until + " UTC");
  add("why      ", field_text(rollout.at("reason")));
  screen += "\n" + plan_table(rollout, colour);
  const auto gates = gates_table(rollout, colour);
  return gates.empty() ? screen : screen + "\n" + gates;
}

std::string timeline_table(const json::array& timeline, bool colour) {
  std::vector<Row> rows{titles({"AT", "WHAT", ""})};
  bool waited = false;  // times are the earliest from here on
  for (const auto& entry : timeline) {
    const bool waits = entry.at("waits").as_bool();
    rows.push_back({{(waited ? "≥ " : "") + length_text(field_number(entry.at("at")))},
                    {field_text(entry.at("what"))},
                    {waits ? "takes as long as it takes" : "", Ink::yellow}});
    waited |= waits;
  }
  return table({Align::right, Align::left, Align::left}, rows, colour);
}

std::string history_table(const json::array& rollouts, bool colour) {
  std::vector<Row> rows{titles({"ID", "TO", "STRATEGY", "STATE", "STARTED (UTC)", "ENDED (UTC)", "WHY"})};
  for (const auto& each : rollouts) {
    const auto state = field_text(each.at("state"));
    rows.push_back({{field_text(each.at("id")), Ink::bold},
                    {field_text(each.at("to"))},
                    {field_text(each.at("strategy"))},
                    {state, ink_of_state(state)},
                    {time_text(each.at("started_at"))},
                    {time_text(each.at("ended_at"))},
                    {field_text(each.at("reason"))}});
  }
  return table(std::vector<Align>(7, Align::left), rows, colour);
}

}  // namespace sluice::cli
