// What single values of strategies, their gates and hooks may be, beside scalars.h. Percents are weights
// from 0 to 100.
#pragma once

#include <string>
#include <string_view>

#include "control/strategy_config.h"
#include "routing/result.h"
#include "routing/weight.h"

namespace sluice::config {

[[nodiscard]] Result<Weight, std::string> some_percent(std::string_view text);  // above 0%
// Where the key says percent already: "10" as well as "10%", above 0.
[[nodiscard]] Result<Weight, std::string> plain_percent(std::string_view text);
[[nodiscard]] Result<Weight, std::string> confidence(std::string_view text);  // 50% to below 100%
[[nodiscard]] Result<Weight, std::string> quantile(std::string_view text);    // "p99.9" → 99.9
[[nodiscard]] Result<Weight, std::string> ratio(std::string_view text);       // 1 to 1000
[[nodiscard]] Result<double, std::string> decimal(std::string_view text);     // finite
[[nodiscard]] Result<BatchSize, std::string> batch_size(std::string_view text);
// http:// or https://, a host, and what follows it; no user and no fragment.
[[nodiscard]] Result<std::string, std::string> http_url(std::string_view text);

}  // namespace sluice::config
