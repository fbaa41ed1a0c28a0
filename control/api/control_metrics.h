// The metrics that control itself knows; those of the traffic come from the data plane.
#pragma once

#include <prometheus/metric_family.h>

#include <cstdint>
#include <vector>

#include "control/revisions.h"
#include "control/rollout/notifier.h"

namespace sluice {

// What else was counted since the start.
struct ControlCounts {
  std::uint64_t commits = 0;  // of the store
  Notifier::Counts notifications = {};
};

[[nodiscard]] std::vector<prometheus::MetricFamily> control_metrics(const Revisions& revisions,
                                                                    const ControlCounts& counts);

}  // namespace sluice
