// Whose identities a listener's rate limit goes by: they are a service's, and no rule has been asked yet.
#pragma once

#include <string>

#include "control/config.h"

namespace sluice::config {

// The service that `default` forwards to, else that of the first rule that forwards; null: there is none.
[[nodiscard]] const std::string* limited_service(const Listener& listener);

}  // namespace sluice::config
