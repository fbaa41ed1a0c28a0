// One entry of a strategy's `hooks:`, and the words for their stages. Called by read_strategy.
#pragma once

#include <string>
#include <vector>

#include "control/strategy_config.h"
#include "control/yaml_reader.h"

namespace sluice::config {

[[nodiscard]] std::string stage_word(Stage stage);  // "before_traffic"
void read_hook(const std::string& stage, const Value& value, std::vector<Hook>& into);

}  // namespace sluice::config
