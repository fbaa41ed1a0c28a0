// Between a service of a snapshot and the allocation that the store keeps of it. Pure.
#pragma once

#include "control/store/records.h"
#include "routing/snapshot.h"

namespace sluice {

[[nodiscard]] Allocation allocation_of(const Service& service);

// Percent of the service's users that the variant has; 0 for an unknown one.
[[nodiscard]] Weight share_of(const Service& service, const std::string& variant);

// The allocation that a service goes back to, where what has a share now and has none then is withdrawn: it
// was taken back.
[[nodiscard]] Allocation with_losers_withdrawn(const Service& now, Allocation after);

// By service.
using Allocations = std::map<std::string, std::shared_ptr<const Allocation>>;
[[nodiscard]] Allocations allocations_of(const Snapshot& snapshot);

// "shop: blue 90 → 80, green 10 → 20\n": a line for each service whose allocation is another one.
[[nodiscard]] std::string difference(const Allocations& before, const Allocations& after);

}  // namespace sluice
