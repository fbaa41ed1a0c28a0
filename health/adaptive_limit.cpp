#include "health/adaptive_limit.h"

#include <algorithm>
#include <cmath>

namespace sluice {
namespace {

constexpr auto window_time = std::chrono::nanoseconds(std::chrono::milliseconds(100)).count();
constexpr std::uint32_t window_samples = 20;

constexpr double first_limit = 20;
constexpr double tolerance = 1.5;
constexpr double smoothing = 0.2;  // the part of the way that one window goes
constexpr double little = 0.5, much = 0.9;  // of the limit in use
// The baseline is measured after so many windows (30 s under load), with so small a part of the limit. What
// was in flight before has left after the first windows of a measurement.
constexpr std::uint32_t windows_to_probe = 300;
constexpr double probe_part = 0.5;
constexpr std::uint32_t probe_windows = 3;

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

// Only the last window of the measurement is believed.
AdaptiveEstimate go_on_probing(AdaptiveEstimate estimate, const AdaptiveWindow& window,
                               const AdaptiveBounds& bounds) noexcept {
  if (++estimate.probe <= probe_windows) return estimate;
  estimate.probe = 0;
  estimate.baseline = window.latency;
  estimate.limit = bounded(estimate.limit_before_probe, bounds);
  return estimate;
}

}  // namespace

AdaptiveEstimate after_window(AdaptiveEstimate estimate, const AdaptiveWindow& window,
                              const AdaptiveBounds& bounds) noexcept {
  const double latency = std::max(window.latency, 1.0);
  if (estimate.limit == 0) {
    estimate.limit = bounded(first_limit, bounds);
    estimate.baseline = latency;
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
