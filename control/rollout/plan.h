// What a strategy will do to a service, before anything is done: the steps that `--dry-run` prints, the API
// shows as `plan`, and the program (program.h) is compiled from. Fixed when a rollout starts. Pure.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "control/strategy_config.h"
#include "routing/result.h"
#include "routing/weight.h"

namespace sluice {

inline constexpr Weight all_percent{100 * Weight::unit};

struct PlanStep {
  Weight weight;                          // the new variant's share from here on, in percent
  std::chrono::milliseconds hold{0};      // how long that is watched before what comes next
  bool approval = false;                  // somebody must approve, after the hold
  std::vector<std::string> targets = {};  // taken out, deployed and let back in, before the share grows
  bool operator==(const PlanStep&) const = default;
};

struct Plan {
  Weight share;  // the new variant's before the first step, in percent
  std::vector<PlanStep> steps;
  std::chrono::milliseconds bake{0};  // after the last step: all is watched
  std::chrono::milliseconds keep_old{
      0};  // then: the old version is kept warm, so that going back is a switch
  bool operator==(const Plan&) const = default;
};

struct PlannedTarget {
  std::string address;
  std::string zone;
};

// What a plan depends on beside its strategy.
struct Situation {
  Weight share;                        // of the new variant now, in percent
  std::vector<PlannedTarget> targets;  // of the new variant's group, in the order of the configuration
};

// Shares below what the variant has already are left out. The error says why there is nothing to do: the
// variant has all the traffic, or its group no target to deploy to.
[[nodiscard]] Result<Plan, std::string> make_plan(const config::Strategy& strategy,
                                                  const Situation& situation);

// The targets of each batch. A percentage is rounded down, to at least 1 (CodeDeploy's HalfAtATime takes 4 of
// 9); one zone at a time: no batch holds targets of two zones; no more at once than min_healthy leaves.
[[nodiscard]] std::vector<std::vector<std::string>> batches(const config::Batches& sizes,
                                                            const std::vector<PlannedTarget>& targets);

}  // namespace sluice
