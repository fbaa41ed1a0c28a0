// Judges the `tls` section of a listener, its files included.
#pragma once

#include <string>

#include "control/config.h"
#include "control/findings.h"

namespace sluice::config {

// `key`: of the listener, "listeners[0]".
void check_listener_tls(const Listener& listener, const std::string& key, Findings& findings);

}  // namespace sluice::config
