// The whole process put together: control on the main thread, the data plane on its workers, signals between
// them.
#pragma once

#include "control/cli/cli.h"

namespace sluice {

// `sluice run`: serves until SIGTERM or SIGINT. The exit code: 0 after a drain, 1 if it could not start.
int run_proxy(const RunOptions& options);

}  // namespace sluice
