// What a service says of second tries and of its mirror. Called by read_service.
#pragma once

#include "control/retry_config.h"
#include "control/yaml_reader.h"

namespace sluice::config {

[[nodiscard]] Result<Fallback, std::string> fallback(std::string_view text);
[[nodiscard]] Retry read_retry(Mapping& retry);
[[nodiscard]] Mirror read_mirror(Mapping& mirror);

}  // namespace sluice::config
