// What came of attempts, for those who judge: per variant, in 64 slices of the point line too, and per target.
// Cumulative, each cell written by one worker only, never reset; readers add the workers up and subtract two
// readings.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "health/cells.h"
#include "health/latency_histogram.h"
#include "routing/router.h"

namespace sluice {

// How an attempt at a target ended, as sluice_upstream_attempts_total says it.
enum class AttemptOutcome : std::uint8_t {
  success,
  status_5xx,
  connect_failed,
  timeout,
  reset,
  bad_response,
  cancelled,  // by the client or by us: says nothing of the target
  no_target,  // the variant had no fit one
};
inline constexpr std::size_t attempt_outcomes = 8;
[[nodiscard]] std::string_view to_string(AttemptOutcome outcome) noexcept;
[[nodiscard]] constexpr bool is_failure(AttemptOutcome outcome) noexcept {
  return outcome != AttemptOutcome::success && outcome != AttemptOutcome::cancelled;
}

using AttemptCounters = std::array<std::atomic<std::uint64_t>, attempt_outcomes>;

inline constexpr std::size_t line_slices = 64;
[[nodiscard]] constexpr std::size_t slice_of(Point point) noexcept {
  return point >> 58;
}

// Of the exchanges that were assigned to a variant, what its first attempt came to: a failed one is the
// variant's even if another answered in its stead.
struct VariantCell {
  struct Slice {
    std::atomic<std::uint64_t> attempts{}, failures{};
  };

  AttemptCounters attempts{};
  // Only those that the split itself assigned, which may be compared with each other.
  std::array<Slice, line_slices> slices{};
  LatencyHistogram latency;  // from the request's head to the response's, of those that had one

  void record(const Assignment& assignment, AttemptOutcome outcome,
              std::optional<std::chrono::nanoseconds> latency_seen) noexcept;
};

// Of one target, all attempts.
struct TargetCell {
  AttemptCounters attempts{};
  void record(AttemptOutcome outcome) noexcept;
};

struct AttemptTotals {
  using Counts = std::array<std::uint64_t, attempt_outcomes>;
  struct Slice {
    std::uint64_t attempts = 0, failures = 0;
  };
  struct OfVariant {
    Counts attempts{};
    std::array<Slice, line_slices> slices{};
    std::vector<std::uint64_t> latency;  // by LatencyBuckets::index
  };
  std::map<std::string, OfVariant> variants;  // by "service/variant"
  std::map<std::string, Counts> targets;      // by "group/address"
};

// The cells of one worker: at() is for its thread, add_to() for any.
struct AttemptShard {
  Cells<VariantCell> variants;
  Cells<TargetCell> targets;

  // Drops the cells of what the snapshot does not name.
  void keep_only(const Snapshot& snapshot);

  void add_to(AttemptTotals& totals) const;
};

}  // namespace sluice
