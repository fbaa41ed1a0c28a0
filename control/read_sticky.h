// `sticky:` of a service: who its users are, and how they keep to a variant.
#pragma once

#include "control/config.h"
#include "control/yaml_reader.h"

namespace sluice::config {

[[nodiscard]] Sticky read_sticky(Mapping& sticky);

}  // namespace sluice::config
