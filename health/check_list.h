// Who is to be checked, and how: what control tells the prober with each revision.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "health/health_check.h"
#include "routing/target_group.h"

namespace sluice {

struct CheckedGroup {
  std::shared_ptr<const TargetGroup> group;
  std::shared_ptr<const HealthCheck> check;  // null: nobody asks, its targets count as healthy
};

struct CheckList {
  std::vector<CheckedGroup> groups;  // those that a service uses, each once
  std::vector<std::pair<std::string, std::string>> unused;  // group and target of the others
};

}  // namespace sluice
