#include "control/cli/revision_screen.h"

#include <boost/json/array.hpp>

#include "control/cli/fields.h"
#include "control/cli/rollout_text.h"
#include "control/cli/table.h"

namespace sluice::cli {
namespace {

namespace json = boost::json;
using Row = std::vector<Cell>;

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

std::string what_of(const json::value& revision) {
  const auto reason = first_line(field_text(revision.at("reason")));
  return reason.empty() ? first_line(field_text(revision.at("diff"))) : reason;
}

std::string indented(const std::string& text) {
  std::string all = "  ";
  for (const char c : text) all += c == '\n' ? "\n  " : std::string(1, c);
  return all + "\n";
}

std::string splits_table(const json::object& services, bool colour) {
  std::vector<Row> rows{{{"SERVICE", Ink::dim}, {"VARIANT", Ink::dim}, {"WEIGHT", Ink::dim}}};
  for (const auto& [service, split] : services) {
    std::string name = service;
    for (const auto& [variant, weight] : split.at("weights").as_object()) {
      const bool stable = field_text(split.at("stable")) == std::string_view(variant);
      rows.push_back({{name, Ink::bold}, {std::string(variant) + (stable ? " *" : "")}, {json_text(weight)}});
      name.clear();  // once is enough
    }
  }
  return table({Align::left, Align::left, Align::right}, rows, colour);
}

}  // namespace

std::string revisions_table(const json::object& list, bool colour) {
  std::vector<Row> rows{Row{}};
  for (const char* title : {"REVISION", "", "AT (UTC)", "AUTHOR", "KIND", "WHAT"})
    rows[0].push_back({title, Ink::dim});
  const auto current = json_text(list.at("current"));
  for (const auto& each : list.at("revisions").as_array()) {
    const auto number = json_text(each.at("revision"));
    rows.push_back({{number, Ink::bold},
                    {number == current ? "current" : "", Ink::green},
                    {time_text(each.at("at"))},
                    {field_text(each.at("author"))},
                    {field_text(each.at("kind"))},
                    {what_of(each)}});
  }
  return table({Align::right, Align::left, Align::left, Align::left, Align::left, Align::left}, rows, colour);
}

std::string revision_screen(const json::object& revision, bool colour) {
  auto screen = inked("revision " + json_text(revision.at("revision")), Ink::bold, colour) + " · " +
                field_text(revision.at("kind")) + " by " + field_text(revision.at("author")) + " · " +
                time_text(revision.at("at")) + " UTC · made from revision " +
                json_text(revision.at("parent")) + "\n";
  if (const auto reason = field_text(revision.at("reason")); !reason.empty()) screen += indented(reason);
  const auto diff = field_text(revision.at("diff"));
  if (!diff.empty()) screen += "\n" + inked("changed", Ink::dim, colour) + "\n" + indented(diff);
  const auto& services = revision.at("services").as_object();
  return services.empty() ? screen : screen + "\n" + splits_table(services, colour);
}

}  // namespace sluice::cli
