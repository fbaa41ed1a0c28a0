// The `tls` section of a listener.
#pragma once

#include "control/yaml_reader.h"

namespace sluice::config {

[[nodiscard]] ListenerTls read_listener_tls(Mapping& tls);

}  // namespace sluice::config
