// What the configuration says about the health of a target group: how its targets are chosen, checked,
// ejected, warmed up and drained. Part of config.h; read by read_health_check, judged by check_health. The
// types are those of whoever acts upon them.
#pragma once

#include "health/health_check.h"
#include "routing/target_group.h"

namespace sluice::config {

using sluice::Algorithm;
using sluice::Capacity;
using sluice::CodeRange;
using sluice::HealthCheck;
using sluice::HealthProtocol;
using Outlier = sluice::OutlierPolicy;

}  // namespace sluice::config
