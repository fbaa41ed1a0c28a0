// What a command does that waits for the end of a rollout.
#pragma once

#include <boost/json/object.hpp>

#include "control/cli/commands.h"

namespace sluice::cli {

// Prints a line for each change until the rollout ends, then how it ended (or, as JSON, only the rollout in
// the end). 0 only if it has succeeded. A proxy that restarts is waited for, for 30 s. Ctrl-C ends the
// waiting and leaves the rollout alone. Throws as the texts of a rollout do.
[[nodiscard]] int wait_for_rollout(const Proxy& admin, boost::json::object rollout, Output output);

}  // namespace sluice::cli
