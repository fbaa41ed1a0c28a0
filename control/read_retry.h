// What a service says of second tries. Called by read_service.
#pragma once

#include "control/retry_config.h"
#include "control/yaml_reader.h"

namespace sluice::config {

[[nodiscard]] Result<Fallback, std::string> fallback(std::string_view text);
[[nodiscard]] Retry read_retry(Mapping& retry);

}  // namespace sluice::config
