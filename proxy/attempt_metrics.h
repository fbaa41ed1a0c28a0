// The series of attempts: per target group, and per variant what it is charged with.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "health/outcomes.h"
#include "proxy/data_plane.h"

namespace sluice {

void collect_groups(std::vector<prometheus::MetricFamily>& families, const DataPlane& plane);
void collect_variants(std::vector<prometheus::MetricFamily>& families, const Outcomes& outcomes,
                      const DataPlane& plane);

}  // namespace sluice
