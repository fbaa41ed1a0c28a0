// Strategies as a file writes them, for tests.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>

#include "control/read_strategy.h"
#include "control/units.h"

namespace sluice {

inline config::Strategy strategy_of(const std::string& yaml) {
  config::Reading reading;
  const config::Value value(reading, YAML::Load(yaml), {"", "", {1, 1}});
  auto strategy = config::read_strategy("s", value);
  if (!reading.problems.empty()) throw std::invalid_argument(reading.problems.front().what);
  return strategy;
}

}  // namespace sluice
