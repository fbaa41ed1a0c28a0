#include "control/cli/rollout_commands.h"

#include <boost/json/array.hpp>
#include <exception>
#include <iostream>

#include "control/cli/ask.h"
#include "control/cli/fields.h"
#include "control/cli/rollout_tables.h"
#include "control/cli/rollout_text.h"
#include "control/cli/rollout_wait.h"
#include "control/cli/table.h"
#include "control/percent_encoding.h"

namespace sluice::cli {
namespace {

namespace json = boost::json;

std::string path_of(const std::string& rollout) {
  return "/v1/rollouts/" + percent_encoded(rollout);
}

// What `show` prints of an answer for people, or the JSON itself. Returns the exit code.
template <class Show>
int tell(const Proxy& admin, Output output, const json::object& answer, Show show) {
  if (output == Output::json) {
    std::cout << json_text(answer) << '\n';
    return exit_done;
  }
  try {
    std::cout << show(answer, wants_colour());
  } catch (const std::exception&) {
    return another_version(admin);
  }
  return exit_done;
}

int wait(const Proxy& admin, json::object rollout, Output output) {
  try {
    return wait_for_rollout(admin, std::move(rollout), output);
  } catch (const std::exception&) {
    return another_version(admin);
  }
}

std::string body_of(const StartOfRollout& options) {
  json::object body{{"to", options.to}, {"strategy", options.strategy}};
  if (!options.reason.empty()) body["reason"] = options.reason;
  for (const auto& [key, on] :
       {std::pair("dry_run", options.dry_run), std::pair("observe", options.observe),
        std::pair("supersede", options.supersede), std::pair("ignore_freeze", options.ignore_freeze)})
    if (on) body[key] = true;
  return json_text(body);
}

std::string draft_screen(const json::object& draft, bool colour) {
  return timeline_table(draft.at("timeline").as_array(), colour);
}

void warn_of_unjudged(const json::object& draft) {
  const auto* gates = draft.if_contains("unjudged_gates");
  if (!gates || !gates->is_array() || gates->get_array().empty()) return;
  std::string names;
  for (const auto& each : gates->get_array()) names += (names.empty() ? "" : ", ") + field_text(each);
  std::cerr << "sluice: warning: gates that this version does not judge would stop nothing: " << names
            << '\n';
}

std::string started_screen(const json::object& rollout, bool colour) {
  return rollout_title(rollout, colour) + "\n" + plan_table(rollout, colour);
}

std::string steered_line(const json::object& rollout, bool colour) {
  return field_text(rollout.at("id")) + " of " + field_text(rollout.at("service")) + ": " +
         progress_text(rollout, colour) + "\n";
}

std::string history_screen(const json::object& answer, bool colour) {
  const auto& all = answer.at("rollouts").as_array();
  return all.empty() ? "no rollouts\n" : history_table(all, colour);
}

Result<json::object, int> history_of(const Proxy& admin, const std::string& service) {
  return ask(admin,
             {.method = "GET", .path = "/v1/rollouts?service=" + percent_encoded(service), .body = {}});
}

bool has_none(const json::object& history) {
  const auto* all = history.if_contains("rollouts");
  return all && all->is_array() && all->get_array().empty();
}

// The service that a rollout's id stands for; the name itself where that is a service without any.
Result<std::string, int> service_of(const Proxy& admin, const std::string& name) {
  const auto rollout = ask_quietly(admin, {.method = "GET", .path = path_of(name), .body = {}});
  if (rollout && !is_refusal(rollout->status))
    if (const auto* service = rollout->body.if_contains("service")) return field_text(*service);
  const auto known =
      ask(admin, {.method = "GET", .path = "/v1/services/" + percent_encoded(name), .body = {}});
  if (!known) return failure(known.error());
  return name;
}

}  // namespace

int start_rollout(const StartOfRollout& options) {
  auto answer = ask(options.admin, {.method = "POST",
                                    .path = "/v1/services/" + percent_encoded(options.service) + "/rollouts",
                                    .body = body_of(options)});
  if (!answer) return answer.error();
  if (options.dry_run) {
    warn_of_unjudged(*answer);
    return tell(options.admin, options.output, *answer, draft_screen);
  }
  if (options.until_end == UntilEnd::no) return tell(options.admin, options.output, *answer, started_screen);
  if (options.output == Output::table)
    if (const auto code = tell(options.admin, options.output, *answer, started_screen); code != exit_done)
      return code;
  return wait(options.admin, *std::move(answer), options.output);
}

int show_rollout(const ShowRollout& options) {
  auto answer = ask(options.admin, {.method = "GET", .path = path_of(options.rollout), .body = {}});
  if (!answer) return answer.error();
  if (options.until_end == UntilEnd::wait) return wait(options.admin, *std::move(answer), options.output);
  return tell(options.admin, options.output, *answer, rollout_screen);
}

int rollout_history(const ShowRollout& options) {
  auto answer = history_of(options.admin, options.rollout);
  if (answer && has_none(*answer)) {
    const auto service = service_of(options.admin, options.rollout);
    if (!service) return service.error();
    if (*service != options.rollout) answer = history_of(options.admin, *service);
  }
  if (!answer) return answer.error();
  return tell(options.admin, options.output, *answer, history_screen);
}

int steer_rollout(const SteerRollout& options) {
  const auto body = options.reason.empty() ? "" : json_text(json::object{{"reason", options.reason}});
  const auto answer = ask(
      options.admin, {.method = "POST", .path = path_of(options.rollout) + "/" + options.verb, .body = body});
  if (!answer) return answer.error();
  return tell(options.admin, options.output, *answer, steered_line);
}

}  // namespace sluice::cli
