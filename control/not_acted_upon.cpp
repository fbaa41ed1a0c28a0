#include "control/not_acted_upon.h"

#include "control/rollout/gate.h"

namespace sluice {

std::vector<std::string> not_acted_upon(const config::Config& config) {
  std::vector<std::string> keys;
  for (const auto& strategy : config.strategies)
    for (std::size_t i = 0; i < strategy.gates.size(); ++i)
      if (!is_judged(strategy.gates[i]))
        keys.push_back("strategies." + strategy.name + ".gates[" + std::to_string(i) + "]");
  return keys;
}

}  // namespace sluice
