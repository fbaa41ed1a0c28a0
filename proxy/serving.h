// Which variant serves an exchange: the one that it was assigned to, or the stable one in its stead while
// that has no fit target or when a failed try is to be answered by it. Stable never falls back to a canary.
#pragma once

#include <optional>

#include "proxy/exchange.h"
#include "proxy/worker_metrics.h"

namespace sluice {

class Worker;

// `now`: of the attempt that is to be made. Counts a fallback against the variant that was assigned.
[[nodiscard]] const Variant& serving_variant(Worker& worker, const Exchange& x, RetryTo to,
                                             Clock::time_point now);

[[nodiscard]] const Variant& stable_of(const Service& service) noexcept;

// The exchange's first try found no target at the variant that it was assigned to: that is the variant's failure.
void charge_for_no_target(Worker& worker, const Exchange& x);

// A target of the variant; null: there is none. `tried`: not again while there is another.
[[nodiscard]] const Target* pick_target(Worker& worker, const Exchange& x, const Variant& variant,
                                        Clock::time_point now, std::span<const Target* const> tried);

// Of so many exchanges in flight, those that wait for an answer: tunnels have theirs.
[[nodiscard]] std::uint32_t awaited(const TargetGroup& group, std::uint32_t in_flight) noexcept;
// The limit that one more exchange would be over, with so many in flight: the group's own or the adaptive one.
[[nodiscard]] std::optional<GroupLimit> reached(const TargetGroup& group, std::uint32_t in_flight) noexcept;

}  // namespace sluice
