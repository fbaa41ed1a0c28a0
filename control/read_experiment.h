// `experiments:`: one A/B test with its audience and arms.
#pragma once

#include "control/config.h"
#include "control/yaml_reader.h"

namespace sluice::config {

[[nodiscard]] Experiment read_experiment(const std::string& name, const Value& value);

}  // namespace sluice::config
