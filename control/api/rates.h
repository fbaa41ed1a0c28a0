// What the variants do right now: requests, errors and latencies of the last ten seconds, from cumulative
// totals that somebody samples every second (and again when asked, so that an answer is never older than
// that). Time is passed in. Control thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "health/outcomes.h"

namespace sluice {

struct VariantRates {
  double requests_per_second = 0;
  double error_rate = 0;  // of the requests, those answered with 5xx; 0 without requests
  double p50_ms = 0;      // 0 without requests
  double p99_ms = 0;
  std::optional<double> measured_share;  // of what the service's split assigned; none if it assigned nothing
  std::optional<double>
      pinned_share;  // of all its requests, those that a pin put here; none without requests
};

class Rates {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds window{10};
  static constexpr std::chrono::milliseconds finest{100};

  // Samples that come sooner than `finest` after the last one are left out.
  void sample(const std::vector<OutcomeTotal>& totals, TimePoint now);
  [[nodiscard]] bool wants_sample(TimePoint now) const noexcept { return !last_ || now - *last_ >= finest; }

  [[nodiscard]] VariantRates of(const std::string& service, const std::string& variant) const;

 private:
  using Key = std::pair<std::string, std::string>;  // service, variant

  // What a variant got between two samples. Most latency buckets are empty, so only the others are kept.
  struct Gain {
    std::uint64_t requests = 0, errors = 0, assigned = 0, pinned = 0;
    std::vector<std::pair<std::uint32_t, std::uint64_t>> latency;  // bucket, count
  };
  struct Interval {
    TimePoint begin, end;
    std::map<Key, Gain> gains;
  };

  static Gain gain(const OutcomeTotal& now, const OutcomeTotal* before);

  std::optional<TimePoint> last_;
  std::map<Key, OutcomeTotal> totals_;  // at the last sample, over all listeners
  std::deque<Interval> intervals_;
};

}  // namespace sluice
