// A rollout as the API tells it (/v1/rollouts). Names here are fixed: scripts read them.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "control/rollout/gate.h"
#include "control/rollout/rollout.h"

namespace sluice {

// What is told beside the rollout itself.
struct RolloutNow {
  std::vector<GateResult> gates = {};
  std::string waits_for = {};
  SystemTime now{};
};

[[nodiscard]] boost::json::object rollout_json(const Rollout& rollout, const RolloutNow& now);
// Each step's weight in percent and its hold in seconds.
[[nodiscard]] boost::json::array plan_json(const Plan& plan);

}  // namespace sluice
