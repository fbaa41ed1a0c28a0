#include "control/not_acted_upon.h"

namespace sluice {

std::vector<std::string> not_acted_upon(const config::Config& config) {
  std::vector<std::string> keys;
  for (const auto* key : {"strategies", "freeze", "notifications"})
    if (config.marks.contains(key)) keys.emplace_back(key);
  return keys;
}

}  // namespace sluice
