#include "control/change.h"

namespace sluice {

tl::unexpected<ChangeRefused> refuse(std::vector<config::Problem> problems) {
  const auto what = std::to_string(problems.size()) + (problems.size() == 1 ? " problem" : " problems") +
                    " in the configuration";
  return failure(ChangeRefused{ChangeRefused::Reason::invalid_config, what, std::move(problems)});
}

std::vector<config::Problem> without_place(std::string what) {
  return {config::Problem{.mark = {1, 1}, .key = {}, .what = std::move(what)}};
}

}  // namespace sluice
