#include <boost/json/value_to.hpp>
#include <iostream>

#include "control/api/json_text.h"
#include "control/cli/ask.h"
#include "control/cli/commands.h"

namespace sluice::cli {

int sign_override(const SignOverride& options) {
  const auto equals = options.choice.find('=');
  if (equals == 0 || equals == std::string::npos || equals + 1 == options.choice.size())
    return fail(exit_bad_usage,
                "`" + options.choice + "` is no service with its variant, as in checkout=green");
  const boost::json::object body{{"service", options.choice.substr(0, equals)},
                                 {"variant", options.choice.substr(equals + 1)},
                                 {"for", options.lasts}};
  const auto answer =
      ask(options.admin, {.method = "POST", .path = "/v1/overrides", .body = json_text(body)});
  if (!answer) return answer.error();
  const auto* value = answer->if_contains("value");
  if (options.output == Output::json || !value || !value->is_string()) {
    std::cout << json_text(*answer) << '\n';
  } else {
    std::cout << boost::json::value_to<std::string>(*value) << '\n';  // alone, so that a script can take it
  }
  return exit_done;
}

}  // namespace sluice::cli
