// One element of a strategy's `gates:`. Called by read_strategy.
#pragma once

#include <vector>

#include "control/strategy_config.h"
#include "control/yaml_reader.h"

namespace sluice::config {

void read_gate(const Value& value, std::vector<Gate>& into);

}  // namespace sluice::config
