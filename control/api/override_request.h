// POST /v1/overrides: a signed X-Sluice-Override for a tester.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "routing/result.h"

namespace sluice {

struct OverrideRequest {
  std::string service, variant;
  std::chrono::seconds lasts{3600};
};

// {"service": "shop", "variant": "green", "for": "1h"}; the error says what is wrong with it.
[[nodiscard]] Result<OverrideRequest, std::string> parse_override_request(std::string_view body);

}  // namespace sluice
