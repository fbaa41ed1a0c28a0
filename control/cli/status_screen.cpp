#include "control/cli/status_screen.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value_to.hpp>
#include <map>

#include "control/api/json_text.h"
#include "control/cli/rollout_text.h"
#include "control/cli/table.h"
#include "control/cli/target_tables.h"

namespace sluice::cli {
namespace {

namespace json = boost::json;
using Row = std::vector<Cell>;

std::string text(const json::value& value) {
  return json::value_to<std::string>(value);
}
double number(const json::value& value) {
  return value.to_number<double>();
}

std::string headline(const json::object& status, bool colour) {
  const bool ready = status.at("ready").as_bool();
  return inked("sluice " + text(status.at("version")), Ink::bold, colour) + " · revision " +
         json_text(status.at("revision")) + " · " +
         inked(ready ? "ready" : "not ready", ready ? Ink::green : Ink::yellow, colour) + " · up " +
         short_duration(number(status.at("uptime_seconds"))) + "\n";
}

std::string listeners(const json::array& all, bool colour) {
  std::vector<Row> rows;
  for (const auto& each : all)
    rows.push_back({{"listener", Ink::dim},
                    {text(each.at("name"))},
                    {text(each.at("protocol"))},
                    {text(each.at("address"))}});
  return table({Align::left, Align::left, Align::left, Align::left}, rows, colour);
}

// Three digits that matter are enough.
std::string short_number(double value) {
  return fixed(value, value < 10 ? 2 : value < 100 ? 1 : 0);
}

std::string right_aligned(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, width_of(text)), ' ') + text;
}

Cell measured_share(const json::value& share) {
  static constexpr std::size_t width = 7;  // of "100.0 %"
  if (share.is_null()) return {right_aligned("–", width), Ink::dim};
  return {right_aligned(percent(number(share)), width) + " " + bar(number(share))};
}

// What nobody measured is no number.
Row traffic(const json::value& variant) {
  const double rate = number(variant.at("requests_per_second"));
  auto now = measured_share(variant.at("measured_share"));
  if (rate == 0) return {std::move(now), {"0", Ink::dim}, {"–", Ink::dim}, {"–", Ink::dim}, {"–", Ink::dim}};
  const double errors = number(variant.at("error_rate"));
  return {std::move(now),
          {short_number(rate)},
          {percent(errors), errors > 0 ? Ink::red : Ink::plain},
          {short_number(number(variant.at("p50_ms")))},
          {short_number(number(variant.at("p99_ms")))}};
}

// What is not as it should be about who answers a variant's users.
Cell serving(const std::string& who, const std::string& stable) {
  if (who == "stable") return {"served by " + stable, Ink::yellow};
  if (who == "all_targets") return {"panics: all take requests", Ink::yellow};
  return who == "none" ? Cell{"served by nobody", Ink::red} : Cell{};
}

Row variant_row(const std::string& service, const std::string& stable, const json::value& variant) {
  const auto name = text(variant.at("name"));
  const auto& targets = variant.at("targets");
  const auto healthy = json_text(targets.at("healthy")), total = json_text(targets.at("total"));
  Row row{{service, Ink::bold},
          {name == stable ? name + " *" : name},
          {json_text(variant.at("weight"))},
          {percent(number(variant.at("share")))}};
  for (auto& cell : traffic(variant)) row.push_back(std::move(cell));
  row.push_back({healthy + "/" + total, healthy == total ? Ink::plain : Ink::red});
  row.push_back(serving(text(variant.at("serving")), stable));
  return row;
}

double share_of(const json::value& service, const std::string& variant) {
  for (const auto& each : service.at("variants").as_array())
    if (text(each.at("name")) == variant) return number(each.at("share"));
  return 0;
}

std::string split_line(const json::value& service) {
  std::vector<NamedShare> shares;
  for (const auto& each : service.at("variants").as_array())
    shares.push_back({text(each.at("name")), number(each.at("share"))});
  return "  " + split_bar(shares) + "\n";
}

// What stands below a service's variants.
std::string lines_below(const json::value& service, const std::string& as_of, bool colour,
                        StatusDetail detail) {
  auto lines = detail == StatusDetail::splits ? split_line(service) : std::string();
  const auto& rollout = service.at("rollout");
  if (rollout.is_null()) return lines;
  const auto share = share_of(service, text(rollout.at("to")));
  return lines + "  " + rollout_line(rollout.as_object(), share, as_of, colour) + "\n";
}

std::string services(const json::array& all, const std::string& as_of, bool colour, StatusDetail detail) {
  static constexpr auto left = Align::left, right = Align::right;
  std::vector<Row> rows{Row{}};
  std::map<std::size_t, std::string> below;  // by how many rows are above
  for (const char* title : {"SERVICE", "VARIANT", "WEIGHT", "SHARE", "    NOW", "REQ/S", "ERRORS", "P50 ms",
                            "P99 ms", "TARGETS", ""})
    rows[0].push_back({title, Ink::dim});
  for (const auto& service : all) {
    auto name = text(service.at("name"));
    for (const auto& variant : service.at("variants").as_array()) {
      rows.push_back(variant_row(name, text(service.at("stable")), variant));
      name.clear();  // once is enough
    }
    below[rows.size()] = lines_below(service, as_of, colour, detail);
  }
  const auto lines =
      table({left, left, right, right, left, right, right, right, right, right, left}, rows, colour);
  std::string screen;
  std::size_t row = 0;
  for (std::size_t begin = 0; begin < lines.size(); ++row) {
    const auto end = lines.find('\n', begin) + 1;
    screen += lines.substr(begin, end - begin);
    if (const auto more = below.find(row + 1); more != below.end()) screen += more->second;
    begin = end;
  }
  return screen;
}

Cell ratio(const json::value& sample_ratio) {
  const auto verdict = text(sample_ratio.at("verdict"));
  if (verdict == "mismatch") return {"mismatch", Ink::red};
  return verdict == "ok" ? Cell{"ok"} : Cell{"–", Ink::dim};
}

std::string experiments(const json::array& all, bool colour) {
  static constexpr auto left = Align::left, right = Align::right;
  std::vector<Row> rows{Row{}};
  for (const char* title : {"EXPERIMENT", "SERVICE", "AUDIENCE", "ARM", "SHARE", "EXPOSURES", "RATIO"})
    rows[0].push_back({title, Ink::dim});
  for (const auto& experiment : all) {
    bool first = true;  // once is enough
    for (const auto& arm : experiment.at("arms").as_array()) {
      rows.push_back({{first ? text(experiment.at("name")) : "", Ink::bold},
                      {first ? text(experiment.at("service")) : ""},
                      {first ? percent(number(experiment.at("share"))) : ""},
                      {text(arm.at("name"))},
                      {percent(number(arm.at("share")))},
                      {json_text(arm.at("exposures"))},
                      first ? ratio(experiment.at("sample_ratio")) : Cell{""}});
      first = false;
    }
  }
  return table({left, left, right, left, right, right, left}, rows, colour) +
         inked("RATIO: whether users fall into the arms as their shares say.", Ink::dim, colour) + "\n";
}

}  // namespace

std::string status_screen(const json::object& status, bool colour, StatusDetail detail) {
  auto screen = headline(status, colour) + listeners(status.at("listeners").as_array(), colour);
  const auto& all = status.at("services").as_array();
  if (all.empty()) return screen + "no services\n";
  screen +=
      "\n" + services(all, text(status.at("as_of")), colour, detail) +
      inked("* stable. NOW and what follows: the last 10 seconds. TARGETS: healthy/all.", Ink::dim, colour) +
      "\n";
  const auto troubled = not_healthy_table(all, text(status.at("as_of")), colour);
  if (!troubled.empty()) screen += "\n" + troubled;
  const auto& tests = status.at("experiments").as_array();
  return tests.empty() ? screen : screen + "\n" + experiments(tests, colour);
}

}  // namespace sluice::cli
