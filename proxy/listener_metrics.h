// What the listeners count: connections, handshakes, and how long their certificates are good.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "proxy/data_plane.h"

namespace sluice {

void collect_listeners(std::vector<prometheus::MetricFamily>& families, const DataPlane& plane);

}  // namespace sluice
