// Reads what protects from too many requests: `rate_limit:` of listeners and rules, `adaptive_concurrency:`
// of target groups and `overload:`. And what tests it: `fault:` of rules.
#pragma once

#include <string>

#include "control/config.h"
#include "control/yaml_reader.h"

namespace sluice::config {

// `whole`: the word for LimitBy::everybody, "listener" or "rule".
[[nodiscard]] RateLimit read_rate_limit(Mapping& limit, const std::string& whole);

[[nodiscard]] Fault read_fault(Mapping& fault);
[[nodiscard]] AdaptiveBounds read_adaptive_concurrency(Mapping& adaptive);
void read_overload(Mapping& overload, Overload& into);

}  // namespace sluice::config
