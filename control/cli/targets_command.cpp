#include <boost/json/array.hpp>
#include <boost/json/value_to.hpp>
#include <exception>
#include <iostream>
#include <thread>

#include "control/api/json_text.h"
#include "control/api/utc_text.h"
#include "control/cli/ask.h"
#include "control/cli/commands.h"
#include "control/cli/table.h"
#include "control/cli/target_tables.h"
#include "control/percent_encoding.h"
#include "control/scalars.h"

namespace sluice::cli {
namespace {

namespace json = boost::json;

constexpr const char* path_of_groups = "/v1/target-groups";
constexpr std::chrono::milliseconds between_looks{200};

std::string path_of(const std::string& group) {
  return std::string(path_of_groups) + "/" + percent_encoded(group);
}

// A target with its group and the proxy's time, as the API answers to `verb`.
Result<json::object, int> post(const DrainTarget& options, const std::string& verb, std::string body) {
  return ask(options.admin,
             {.method = "POST",
              .path = path_of(options.group) + "/targets/" + percent_encoded(options.target) + "/" + verb,
              .body = std::move(body)});
}

bool is_idle(const json::object& target) {
  return target.at("in_flight").to_number<std::uint64_t>() == 0;
}

bool is_out_of_time(const json::object& target) {
  const auto& until = target.at("draining_until");
  return until.is_null() || parse_utc(json::value_to<std::string>(until)) <=
                                parse_utc(json::value_to<std::string>(target.at("as_of")));
}

// The same, looked at again.
Result<json::object, int> look(const DrainTarget& options, json::object before) {
  const auto group = ask(options.admin, {.method = "GET", .path = path_of(options.group), .body = {}});
  if (!group) return failure(group.error());
  before["as_of"] = group->at("as_of");
  before["in_flight"] = 0;  // what the configuration has no more is listed for as long as it has exchanges
  for (const auto& target : group->at("targets").as_array())
    if (target.at("address") == before.at("address"))
      for (const auto& [key, value] : target.as_object()) before[key] = value;
  return before;
}

int tell(const DrainTarget& options, const json::object& target) {
  if (options.output == Output::json)
    std::cout << json_text(target) << '\n';
  else
    std::cout << options.group << ": " << options.target << " "
              << target_line(target, json::value_to<std::string>(target.at("as_of"))) << '\n';
  return options.wait == Wait::no || is_idle(target) ? exit_done : exit_failed;
}

// Tells how the target is, once nothing is in flight to it or time is up if that is waited for.
int tell_in_time(const DrainTarget& options, json::object target) {
  while (options.wait == Wait::until_idle && !is_idle(target) && !is_out_of_time(target)) {
    std::this_thread::sleep_for(between_looks);
    auto now = look(options, std::move(target));
    if (!now) return now.error();
    target = std::move(*now);
  }
  return tell(options, target);
}

int drain_or_undrain(const DrainTarget& options, const std::string& verb, std::string body) {
  auto answer = post(options, verb, std::move(body));
  if (!answer) return answer.error();
  try {
    return tell_in_time(options, std::move(*answer));
  } catch (const std::exception&) {
    return another_version(options.admin);
  }
}

}  // namespace

int list_targets(const ListTargets& options) {
  const auto answer = ask(
      options.admin,
      {.method = "GET", .path = options.group.empty() ? path_of_groups : path_of(options.group), .body = {}});
  if (!answer) return answer.error();
  if (options.output == Output::json) {
    std::cout << json_text(*answer) << '\n';
    return exit_done;
  }
  try {
    const auto groups = options.group.empty() ? answer->at("target_groups").as_array() : json::array{*answer};
    if (groups.empty()) {
      std::cout << "no target groups\n";
      return exit_done;
    }
    const bool colour = wants_colour();
    std::cout << groups_table(groups, colour) << '\n' << targets_table(groups, colour);
  } catch (const std::exception&) {
    return another_version(options.admin);
  }
  return exit_done;
}

int drain_target(const DrainTarget& options) {
  using namespace std::chrono_literals;
  std::string body;
  if (!options.lasts.empty()) {
    if (const auto delay = config::duration(0ms, 1h)(options.lasts); !delay)
      return fail(exit_bad_usage, "--for: " + delay.error());
    body = json_text(json::object{{"delay", options.lasts}});
  }
  return drain_or_undrain(options, "drain", std::move(body));
}

int undrain_target(const UndrainTarget& options) {
  return drain_or_undrain({.admin = options.admin,
                           .group = options.group,
                           .target = options.target,
                           .lasts = {},
                           .output = options.output},
                          "undrain", {});
}

}  // namespace sluice::cli
