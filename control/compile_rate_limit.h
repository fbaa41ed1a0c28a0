// A rate limit, compiled: its numbers ready to be used, its budgets those that it had before.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "control/protection_config.h"
#include "routing/rate_table.h"
#include "routing/state_table.h"

namespace sluice {

// What rate limits keep beside snapshots.
struct RateSlots {
  RateSlots();

  std::uint64_t seed;  // random, one for the life of the process
  StateTable<RateTable> budgets;
};

// `owner`: the listener's name, or the rule's. `service`: whose identities, an index into the services. A
// limit that says the same as before keeps its budgets; one whose numbers change begins anew. Null: none.
[[nodiscard]] std::shared_ptr<const RateLimit> compile_rate_limit(
    const std::optional<config::RateLimit>& from, const std::string& owner, std::uint32_t service,
    RateSlots& slots);

}  // namespace sluice
