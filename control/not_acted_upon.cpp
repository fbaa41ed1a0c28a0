#include "control/not_acted_upon.h"

namespace sluice {

std::vector<std::string> not_acted_upon(const config::Config& config) {
  std::vector<std::string> keys;
  const auto add = [&](std::string key) {
    if (config.marks.contains(key)) keys.push_back(std::move(key));
  };
  for (const auto& group : config.target_groups) {
    const auto path = "target_groups." + group.name;
    if (group.algorithm != config::Algorithm::round_robin) add(path + ".algorithm");
    for (const auto* key : {".health_check", ".slow_start", ".deregistration_delay"})
      add(path + key);
  }
  add("strategies");
  return keys;
}

}  // namespace sluice
