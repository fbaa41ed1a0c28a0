// The data plane's numbers for Prometheus: the workers' counters added up when they are asked for.
#pragma once

#include <prometheus/collectable.h>

#include "proxy/access_log.h"
#include "proxy/data_plane.h"

namespace sluice {

class DataPlaneMetrics final : public prometheus::Collectable {
 public:
  // All outlive it; `log` may be null.
  DataPlaneMetrics(const DataPlane& plane, const Outcomes& outcomes, const AccessLog* log)
      : plane_(plane), outcomes_(outcomes), log_(log) {}

  // The thread that publishes.
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const DataPlane& plane_;
  const Outcomes& outcomes_;
  const AccessLog* log_;
};

}  // namespace sluice
