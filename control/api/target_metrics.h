// What the states of targets and groups say, as metrics. Those of targets that are gone go with them.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "control/target_survey.h"

namespace sluice {

[[nodiscard]] std::vector<prometheus::MetricFamily> target_metrics(const TargetSurvey& survey);

}  // namespace sluice
