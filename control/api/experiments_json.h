// Experiments for the API: their arms, what was counted of them, and whether the counts can be believed.
#pragma once

#include <boost/json/array.hpp>

#include "health/exposure_counts.h"
#include "routing/snapshot.h"

namespace sluice {

[[nodiscard]] boost::json::array experiments_json(const Snapshot* snapshot, const ExposureTotals& totals);

}  // namespace sluice
