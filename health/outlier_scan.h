// Looks every while at what came of the attempts since the last look, and ejects the targets of a group that
// fail more often than the others (success_rate.h). The control thread's.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "health/attempt_counts.h"
#include "routing/snapshot.h"

namespace sluice {

class OutlierScan {
 public:
  static constexpr std::chrono::seconds interval{10};

  // The addresses that were ejected now, as "group/address".
  std::vector<std::string> look(const Snapshot& snapshot, AttemptTotals totals, SteadyTime now);

 private:
  AttemptTotals last_;
};

}  // namespace sluice
