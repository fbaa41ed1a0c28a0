// What the process knows about how much a target group can bear at a time: beside any snapshot, like
// target_state.h. Who judges is health/adaptive_limit.h.
#pragma once

#include <atomic>
#include <cstdint>

namespace sluice {

// The bounds of a group's own limit. Off where the group has none.
struct AdaptiveBounds {
  std::uint32_t min = 4;     // 1 to max
  std::uint32_t max = 1024;  // up to 1,000,000
  bool operator==(const AdaptiveBounds&) const = default;
};

// What is decided once a window, by whoever ends it.
struct AdaptiveEstimate {
  double limit = 0;               // 0: nothing has been measured yet
  double baseline = 0;            // µs: the latency without a queue, as far as known
  std::uint32_t windows = 0;      // since the baseline was measured
  std::uint32_t probe = 0;        // windows that a measurement of the baseline has taken; 0: none goes on
  double limit_before_probe = 0;
  bool is_first = false;  // the measurement is the one at the beginning, which goes down until it finds no queue
};

// Shared by all workers; every field but the estimate is relaxed.
struct alignas(64) AdaptiveState {
  std::atomic<std::uint32_t> limit{0};  // as of now; 0: only the bounds count

  // Of the window that goes on.
  alignas(64) std::atomic<std::uint64_t> latency_sum{0};  // µs
  std::atomic<std::uint32_t> samples{0};
  std::atomic<std::uint32_t> most_in_flight{0};
  std::atomic<std::int64_t> ends_at{0};  // steady clock, ns; 0: it begins with the next sample

  std::atomic_flag judging;  // held while the estimate is made; nobody waits for it
  AdaptiveEstimate estimate;
};

}  // namespace sluice
