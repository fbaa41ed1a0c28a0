#include "control/list_checks.h"

#include <map>

namespace sluice {

CheckList list_checks(const config::Config& config, const Snapshot& snapshot) {
  std::map<std::string, std::shared_ptr<const TargetGroup>> used;
  for (const auto& service : snapshot.services)
    for (const auto& variant : service->variants) used[variant.group->name] = variant.group;
  CheckList list;
  for (const auto& group : config.target_groups) {
    const auto found = used.find(group.name);
    if (found == used.end()) {
      for (const auto& target : group.targets) list.unused.emplace_back(group.name, target.address);
      continue;
    }
    std::shared_ptr<const HealthCheck> check;
    if (group.health_check) check = std::make_shared<const HealthCheck>(*group.health_check);
    list.groups.push_back({found->second, std::move(check)});
  }
  return list;
}

}  // namespace sluice
