// A rollout as the store keeps it: everything that the next process needs to go on with it.
#pragma once

#include <string>
#include <string_view>

#include "control/rollout/rollout.h"
#include "routing/result.h"

namespace sluice {

[[nodiscard]] std::string stored_rollout(const Rollout& rollout);
// The error names what is missing or wrong: what a disk says is not trusted.
[[nodiscard]] Result<Rollout, std::string> parse_stored_rollout(std::string_view text);

// The part of a configuration that a strategy is, as text that parse_stored_rollout can read again. Empty for
// a name that is not in it.
[[nodiscard]] std::string strategy_text(const std::string& config, const std::string& name);

}  // namespace sluice
