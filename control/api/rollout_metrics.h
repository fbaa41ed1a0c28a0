// The metrics of rollouts: of services that there are.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "control/revisions.h"
#include "control/rollout/engine.h"

namespace sluice {

[[nodiscard]] std::vector<prometheus::MetricFamily> rollout_metrics(const Engine& rollouts,
                                                                    const Revisions& revisions);

}  // namespace sluice
