// The metrics that control itself knows; those of the traffic come from the data plane.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "control/revisions.h"

namespace sluice {

[[nodiscard]] std::vector<prometheus::MetricFamily> control_metrics(const Revisions& revisions);

}  // namespace sluice
