// The numbers of the checks for Prometheus: who is in which state, and what checks came to.
#pragma once

#include <prometheus/collectable.h>

#include "health/prober.h"

namespace sluice {

class HealthMetrics final : public prometheus::Collectable {
 public:
  explicit HealthMetrics(const Prober& prober) : prober_(prober) {}

  // The thread that publishes.
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const Prober& prober_;
};

}  // namespace sluice
