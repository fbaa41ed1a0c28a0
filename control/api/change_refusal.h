// What was not done, as the API says it: a status, a code for programs, and words for people.
#pragma once

#include "control/api/message.h"
#include "control/change.h"
#include "control/rollout/engine.h"

namespace sluice {

[[nodiscard]] ApiResponse refusal_of(const ChangeRefused& refused);
[[nodiscard]] ApiResponse refusal_of(const RolloutRefused& refused);

}  // namespace sluice
