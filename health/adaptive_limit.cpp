#include "health/adaptive_limit.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sluice {
namespace {

constexpr auto window_time = std::chrono::nanoseconds(std::chrono::milliseconds(100)).count();
constexpr std::uint32_t window_samples = 20;

constexpr double first_limit = 20;
constexpr double tolerance = 1.5;
constexpr double smoothing = 0.2;  // the part of the way that one window goes
constexpr double little = 0.5, much = 0.9;  // of the limit in use
// The baseline is measured after so many windows (30 s under load), with so small a part of the limit. What
// was in flight before has left after the first windows of a measurement, or a few more if it takes long.
constexpr std::uint32_t windows_to_probe = 300;
constexpr double probe_part = 0.5;
constexpr std::uint32_t probe_windows = 3, most_probe_windows = 30;

double bounded(double limit, const AdaptiveBounds& bounds) noexcept {
  return std::clamp<double>(limit, bounds.min, bounds.max);
}

AdaptiveEstimate begin_probe(AdaptiveEstimate estimate, const AdaptiveBounds& bounds) noexcept {
  estimate.limit_before_probe = estimate.limit;
  estimate.limit = bounded(estimate.limit * probe_part, bounds);
  estimate.probe = 1;
  estimate.windows = 0;
  return estimate;
}

// What the group has borne until now without a limit is where it begins, so that a restart under load refuses
// few. Whether that was with a queue is to be found out first, and the first window, in which the queue may have
// grown, does not tell.
AdaptiveEstimate first_estimate(const AdaptiveWindow& window, const AdaptiveBounds& bounds) noexcept {
  AdaptiveEstimate estimate;
  estimate.limit = bounded(std::max<double>(first_limit, window.most_in_flight), bounds);
  estimate.baseline = window.latency;
  if (window.most_in_flight <= first_limit) return estimate;
  estimate.is_first = true;
  estimate.baseline = std::numeric_limits<double>::infinity();
  return begin_probe(estimate, bounds);
}

// Whether all that the window saw began under the limit of the measurement. Not waited for for ever.
bool is_settled(const AdaptiveEstimate& estimate, const AdaptiveWindow& window) noexcept {
  if (estimate.probe <= probe_windows) return false;
  return window.most_in_flight <= std::lround(estimate.limit) || estimate.probe > most_probe_windows;
}

// Only the last window of the measurement is believed. The first one is repeated under half the limit while that
// makes answers faster; where it does not any more there is no queue, nor was there much of one under twice that.
AdaptiveEstimate go_on_probing(AdaptiveEstimate estimate, const AdaptiveWindow& window,
                               const AdaptiveBounds& bounds) noexcept {
  ++estimate.probe;
  if (!is_settled(estimate, window)) return estimate;
  const bool was_queue = window.latency * tolerance < estimate.baseline;
  estimate.baseline = window.latency;
  double limit = estimate.limit_before_probe;
  if (estimate.is_first) {
    if (was_queue && estimate.limit > std::max<double>(first_limit, bounds.min)) return begin_probe(estimate, bounds);
    if (!was_queue) limit /= probe_part;
  }
  estimate.is_first = false;
  estimate.probe = 0;
  estimate.limit = bounded(limit, bounds);
  return estimate;
}

}  // namespace

AdaptiveEstimate after_window(AdaptiveEstimate estimate, const AdaptiveWindow& window,
                              const AdaptiveBounds& bounds) noexcept {
  const double latency = std::max(window.latency, 1.0);
  if (estimate.limit == 0) {
    estimate = first_estimate({latency, window.most_in_flight}, bounds);
    if (estimate.probe != 0) return estimate;
  }
  if (estimate.probe != 0) return go_on_probing(estimate, {latency, window.most_in_flight}, bounds);
  // A limit that nobody comes near is not what holds the group back: what it takes then is the baseline.
  const double gradient = std::clamp(tolerance * estimate.baseline / latency, 0.5, 1.0);
  const double used = window.most_in_flight / estimate.limit;
  ++estimate.windows;
  if (latency < estimate.baseline || (gradient == 1 && used < little))
    estimate.baseline += smoothing * (latency - estimate.baseline);
  if (gradient == 1 && used < little) return estimate;
  if (estimate.windows >= windows_to_probe && used > much) return begin_probe(estimate, bounds);
  const double wanted = estimate.limit * gradient + std::sqrt(estimate.limit);
  estimate.limit = bounded(estimate.limit + smoothing * (wanted - estimate.limit), bounds);
  return estimate;
}

namespace {

void raise(std::atomic<std::uint32_t>& most, std::uint32_t seen) noexcept {
  auto known = most.load(std::memory_order_relaxed);
  while (known < seen && !most.compare_exchange_weak(known, seen, std::memory_order_relaxed)) {
  }
}

// Takes what the window has seen and begins the next. A sample that comes meanwhile may fall between the two;
// one of hundreds.
AdaptiveWindow take_window(AdaptiveState& state, std::int64_t now) noexcept {
  const auto samples = state.samples.exchange(0, std::memory_order_relaxed);
  const auto sum = state.latency_sum.exchange(0, std::memory_order_relaxed);
  const auto most = state.most_in_flight.exchange(0, std::memory_order_relaxed);
  state.ends_at.store(now + window_time, std::memory_order_relaxed);
  return {.latency = static_cast<double>(sum) / std::max(samples, 1u), .most_in_flight = most};
}

}  // namespace

void record(AdaptiveState& state, const AdaptiveBounds& bounds, const AdaptiveSample& sample,
            SteadyTime now) noexcept {
  const auto at = std::chrono::nanoseconds(now.time_since_epoch()).count();
  state.latency_sum.fetch_add(static_cast<std::uint64_t>(sample.latency.count()) / 1000,
                              std::memory_order_relaxed);
  raise(state.most_in_flight, sample.in_flight);
  const auto samples = state.samples.fetch_add(1, std::memory_order_relaxed) + 1;
  const auto ends_at = state.ends_at.load(std::memory_order_relaxed);
  if (ends_at == 0) return state.ends_at.store(at + window_time, std::memory_order_relaxed);
  if (at < ends_at || samples < window_samples) return;
  if (state.judging.test_and_set(std::memory_order_acquire)) return;  // somebody is at it
  if (state.ends_at.load(std::memory_order_relaxed) == ends_at) {
    state.estimate = after_window(state.estimate, take_window(state, at), bounds);
    state.limit.store(static_cast<std::uint32_t>(std::lround(state.estimate.limit)),
                      std::memory_order_relaxed);
  }
  state.judging.clear(std::memory_order_release);
}

}  // namespace sluice
