// What becomes of a request, in ALB's words. Called by read_rule, and by read_listener for `default:`.
#pragma once

#include "control/config.h"
#include "control/yaml_reader.h"

namespace sluice::config {

// The one action among the keys of a rule or of `default:`.
[[nodiscard]] Action read_action(Mapping& mapping);

}  // namespace sluice::config
