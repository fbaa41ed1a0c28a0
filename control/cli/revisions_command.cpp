#include <exception>
#include <iostream>

#include "control/cli/ask.h"
#include "control/cli/fields.h"
#include "control/cli/revision_commands.h"
#include "control/cli/revision_screen.h"
#include "control/cli/table.h"

namespace sluice::cli {
namespace {

std::string path_of(std::uint64_t revision) {
  return "/v1/revisions/" + std::to_string(revision);
}

}  // namespace

int list_revisions(const ListRevisions& options) {
  const auto answer =
      ask(options.admin,
          {.method = "GET", .path = "/v1/revisions?limit=" + std::to_string(options.limit), .body = {}});
  if (!answer) return answer.error();
  try {
    std::cout << (options.output == Output::json ? json_text(*answer) + "\n"
                                                 : revisions_table(*answer, wants_colour()));
  } catch (const std::exception&) {
    return another_version(options.admin);
  }
  return exit_done;
}

int show_revision(const ShowRevision& options) {
  const auto answer = ask(options.admin, {.method = "GET", .path = path_of(options.revision), .body = {}});
  if (!answer) return answer.error();
  try {
    if (options.output == Output::json)
      std::cout << json_text(*answer) << '\n';
    else if (options.only_config)
      std::cout << field_text(answer->at("config"));
    else
      std::cout << revision_screen(*answer, wants_colour());
  } catch (const std::exception&) {
    return another_version(options.admin);
  }
  return exit_done;
}

int roll_back(const RollBack& options) {
  const auto* query = options.rollouts == Rollouts::abort ? "?abort=true" : "";
  const auto body = options.reason.empty() ? "" : json_text(boost::json::object{{"reason", options.reason}});
  const auto answer =
      ask(options.admin,
          {.method = "POST", .path = path_of(options.revision) + "/rollback" + query, .body = body});
  if (!answer) return answer.error();
  const auto* made = answer->if_contains("revision");
  if (options.output == Output::json || !made)
    std::cout << json_text(*answer) << '\n';
  else
    std::cout << "revision " << json_text(*made) << ": all is as in revision " << options.revision << '\n';
  return exit_done;
}

}  // namespace sluice::cli
