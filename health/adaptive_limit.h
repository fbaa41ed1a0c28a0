// Adaptive concurrency: how many exchanges a target group is given at a time, found out from how long they
// take. Latency above that of an unloaded group is time spent in its queue, so the limit goes
//
//     limit · gradient + √limit,   gradient = tolerance · baseline / latency, between ½ and 1
//
// a part of the way in each window: up by √limit while there is no queue, down once latency has grown by
// more than the tolerance. That is Netflix' Gradient2 (concurrency-limits) and Envoy's adaptive concurrency.
// The baseline follows the latency of windows that used little of the limit, and those that were faster than
// it. While the limit is in use it is measured anew every 30 s, under half the limit for a moment, so that a
// group that has become slower for good is not starved, and a queue does not pass for the normal state
// (Envoy measures its minRTT, and BBR probes, in the same way).
//
// For the pipeline: before an attempt, `admits(state, bounds, in_flight)` with the group's exchanges in
// flight (GroupState::requests) before this one; if not, the exchange is refused, or waits. After an attempt
// that came to an answer or a time-out, `record()`; not after one that the client broke off or that found no
// connection, which say nothing of the load.
#pragma once

#include <chrono>

#include "routing/adaptive_state.h"
#include "routing/target_state.h"

namespace sluice {

// What a window has seen.
struct AdaptiveWindow {
  double latency = 0;                // µs, mean
  std::uint32_t most_in_flight = 0;
};

// Pure: the estimate after one more window.
[[nodiscard]] AdaptiveEstimate after_window(AdaptiveEstimate before, const AdaptiveWindow& window,
                                            const AdaptiveBounds& bounds) noexcept;

// Whether one more exchange may begin. One relaxed load; any thread.
[[nodiscard]] inline bool admits(const AdaptiveState& state, const AdaptiveBounds& bounds,
                                 std::uint32_t in_flight) noexcept {
  const auto limit = state.limit.load(std::memory_order_relaxed);
  return in_flight < (limit == 0 ? bounds.max : limit);
}

struct AdaptiveSample {
  std::chrono::nanoseconds latency{0};
  std::uint32_t in_flight = 0;  // the group's exchanges when this one began, itself among them
};

// Counts one exchange, and once in a window (100 ms, and at least 20 exchanges) moves the limit. Any thread;
// nothing waits.
void record(AdaptiveState& state, const AdaptiveBounds& bounds, const AdaptiveSample& sample,
            SteadyTime now) noexcept;

}  // namespace sluice
