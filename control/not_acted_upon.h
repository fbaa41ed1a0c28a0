// What a configuration asks for that this version only reads and checks, so that nobody believes in it.
#pragma once

#include <string>
#include <vector>

#include "control/config.h"

namespace sluice {

// The key paths, as "services.shop.retry". Whoever puts the configuration into effect warns of them.
[[nodiscard]] std::vector<std::string> not_acted_upon(const config::Config& config);

}  // namespace sluice
