// Who is to be checked in a revision: what the prober is told.
#pragma once

#include "control/config.h"
#include "health/check_list.h"
#include "routing/snapshot.h"

namespace sluice {

// `snapshot` was made from `config`.
[[nodiscard]] CheckList list_checks(const config::Config& config, const Snapshot& snapshot);

}  // namespace sluice
