#include <exception>
#include <iostream>

#include "control/api/json_text.h"
#include "control/cli/ask.h"
#include "control/cli/commands.h"
#include "control/cli/status_screen.h"
#include "control/cli/table.h"

namespace sluice::cli {

int status(const Proxy& admin, Output output) {
  const auto answer = ask(admin, {.method = "GET", .path = "/v1/status", .body = {}});
  if (!answer) return answer.error();
  if (output == Output::json) {
    std::cout << json_text(*answer) << '\n';
    return exit_done;
  }
  try {
    std::cout << status_screen(*answer, wants_colour());
  } catch (const std::exception&) {  // another version, or something else altogether
    return fail(exit_failed,
                "what answers at " + admin.url + " does not speak this version of the admin API");
  }
  return exit_done;
}

}  // namespace sluice::cli
