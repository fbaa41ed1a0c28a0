// A listener, compiled: its rule table, its certificates read. Called by SnapshotBuilder.
#pragma once

#include <memory>

#include "control/compile_service.h"
#include "control/config.h"
#include "control/findings.h"
#include "routing/listener.h"

namespace sluice {

// The listener at `index` of the file. `previous` is the one of that name in the snapshot before, or null:
// whatever of it has not changed is shared.
[[nodiscard]] std::shared_ptr<const Listener> compile_listener(
    const config::Config& config, std::size_t index, const std::shared_ptr<const Listener>& previous,
    Slots& slots, config::Findings& findings);

}  // namespace sluice
