// Whether rollouts are frozen, and until when. Pure; any thread.
#pragma once

#include <optional>
#include <vector>

#include "control/freeze_config.h"
#include "control/rollout/time_zone.h"

namespace sluice {

// The end of the freeze that holds at `now`; nothing if none does. Windows that overlap or touch are one.
// A window begins at the first moment at which clocks show `from` and ends at the last one at which they show
// `to`. Where the windows leave no gap, about a year from now. A zone that is not known counts as UTC
// (check_freeze refuses it).
[[nodiscard]] std::optional<WallTime> frozen_until(const std::vector<config::FreezeWindow>& windows,
                                                     WallTime now);

}  // namespace sluice
