#include <boost/json/array.hpp>
#include <boost/json/value_to.hpp>
#include <exception>
#include <iostream>

#include "control/api/json_text.h"
#include "control/cli/ask.h"
#include "control/cli/commands.h"
#include "control/cli/table.h"
#include "control/percent_encoding.h"

namespace sluice::cli {
namespace {

namespace json = boost::json;

std::string text(const json::value& value) {
  return value.is_string() ? json::value_to<std::string>(value) : json_text(value);
}

std::string flags_text(const json::object& flags) {
  std::string all;
  for (const auto& [key, value] : flags)
    all += (all.empty() ? "" : ", ") + std::string(key) + "=" + text(value);
  return all.empty() ? "none" : all;
}

std::string screen(const json::object& answer, bool colour) {
  std::vector<std::vector<Cell>> rows;
  const auto row = [&](std::string what, std::string value, std::string why) {
    rows.push_back({{std::move(what), Ink::dim}, {std::move(value), Ink::bold}, {std::move(why)}});
  };
  row("variant", text(answer.at("variant")), text(answer.at("reason")));
  for (const auto& experiment : answer.at("experiments").as_array())
    row("experiment " + text(experiment.at("name")),
        experiment.at("arm").is_null() ? "–" : text(experiment.at("arm")), text(experiment.at("reason")));
  row("flags", flags_text(answer.at("flags").as_object()), "");
  return table({Align::left, Align::left, Align::left}, rows, colour);
}

}  // namespace

int whois(const Whois& options) {
  const auto answer = ask(options.admin, {.method = "GET",
                                          .path = "/v1/whois?service=" + percent_encoded(options.service) +
                                                  "&identity=" + percent_encoded(options.identity),
                                          .body = {}});
  if (!answer) return answer.error();
  if (options.output == Output::json) {
    std::cout << json_text(*answer) << '\n';
    return exit_done;
  }
  try {
    std::cout << screen(*answer, wants_colour());
  } catch (const std::exception&) {
    return another_version(options.admin);
  }
  return exit_done;
}

}  // namespace sluice::cli
