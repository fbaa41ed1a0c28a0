// A plan as people read it before it is run: what happens, and when at the earliest. Pure.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "control/rollout/rollout.h"

namespace sluice {

struct TimelineEntry {
  std::chrono::milliseconds at;  // since the start, if nothing but the plan's own holds takes time
  std::string what;              // "green at 10%"
  bool waits = false;            // takes as long as it takes: an approval, a hook, targets
};

[[nodiscard]] std::vector<TimelineEntry> timeline(const Rollout& rollout);

}  // namespace sluice
