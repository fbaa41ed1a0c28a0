// `sticky:` of a service: names that can stand in a header, secrets that can be read, weights that the hash
// can tell apart.
#pragma once

#include <string>

#include "control/config.h"
#include "control/findings.h"

namespace sluice::config {

// `key` is the service's ("services.shop").
void check_sticky(const Service& service, const std::string& key, Findings& findings);

}  // namespace sluice::config
