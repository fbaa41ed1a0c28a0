// What was not done, as the API says it: a status, a code for programs, and words for people.
#pragma once

#include <boost/json/array.hpp>

#include "control/api/message.h"
#include "control/change.h"
#include "control/rollout/engine.h"

namespace sluice {

[[nodiscard]] ApiResponse refusal_of(const ChangeRefused& refused);
[[nodiscard]] ApiResponse refusal_of(const RolloutRefused& refused);

// What is wrong with a configuration, each with its place.
[[nodiscard]] boost::json::array problems_json(const std::vector<config::Problem>& problems);

}  // namespace sluice
