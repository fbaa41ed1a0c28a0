// The rules of a listener: their priorities, then each one's parts. Called by check_listeners.
#pragma once

#include <string>

#include "control/config.h"
#include "control/findings.h"

namespace sluice::config {

// `key` is the listener's ("listeners[0]").
void check_rules(const Listener& listener, const std::string& key, const Config& config, Findings& findings);

}  // namespace sluice::config
