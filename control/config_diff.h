// How two configuration files differ, key by key, and how a file differs from what runs. Pure.
#pragma once

#include <string>
#include <vector>

#include "control/config.h"
#include "routing/snapshot.h"

namespace sluice {

// "+ services.shop.variants.canary.weight: 5", "- …", "~ listeners[0].address: :80 → :8080", in the order of
// the second file, what is gone at the end. Comments and the way of writing do not count.
[[nodiscard]] std::vector<std::string> config_diff(const std::string& before, const std::string& after);

// The weights that a file gives and that have moved since: those of the revision hold, and applying the file
// does not change them. "services.shop.variants.blue.weight: 90 in the file, 10 now".
[[nodiscard]] std::vector<std::string> weight_drift(const config::Config& file, const Snapshot& snapshot);

}  // namespace sluice
