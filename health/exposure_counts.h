// Who met which arm of which experiment: exposures by arm, and a sample of the users behind them. Per worker,
// cumulative; readers add the workers up.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "health/arm_sample.h"
#include "routing/snapshot.h"

namespace sluice {

// The sum over workers.
struct ExposureTotals {
  std::map<std::pair<std::string, std::string>, std::uint64_t> exposures;  // by experiment and arm
  std::map<std::string, std::vector<SampledUser>> users;                   // by experiment
};

// The counts of one worker: adopt() and count() are for its thread, add_to() for any.
class ExposureShard {
 public:
  // Makes room for the experiments of the snapshot, and forgets those that it no longer has.
  void adopt(const Snapshot& snapshot);

  // `identity`: of the user, if there is one; only those can be told apart.
  void count(const Exposure& exposure, std::optional<std::string_view> identity);

  void add_to(ExposureTotals& totals) const;

 private:
  struct ArmCount {
    SlotRef slot;
    std::string experiment, arm;
    std::atomic<std::uint64_t> exposures{};
  };
  struct Sample {
    std::shared_ptr<const Experiment> experiment;
    ArmSample users;
  };

  mutable std::mutex mutex_;  // guards the vectors against add_to(); never taken for a request
  std::vector<std::unique_ptr<ArmCount>> arms_;   // by the arm's slot
  std::vector<std::unique_ptr<Sample>> samples_;  // by the experiment's slot
};

}  // namespace sluice
