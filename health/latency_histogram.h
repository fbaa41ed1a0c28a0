// A histogram of durations with 32 buckets an octave, so that any quantile read from it is within 1.6 % of
// the truth (the half width of a bucket). From 1 µs to 134 s; what is longer counts as that.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstdint>

namespace sluice {

struct LatencyBuckets {
  static constexpr unsigned steps = 32;  // per octave
  static constexpr unsigned octaves = 22;
  static constexpr std::size_t count = steps * (octaves + 1);

  // Below 32 µs a bucket is one microsecond; then each octave has 32 equal buckets.
  [[nodiscard]] static std::size_t index(std::uint64_t microseconds) noexcept {
    if (microseconds < steps) return microseconds;
    const auto octave = static_cast<unsigned>(std::bit_width(microseconds)) - 6;  // 32..63 µs is octave 0
    if (octave >= octaves) return count - 1;
    return steps + octave * steps + ((microseconds >> octave) & (steps - 1));
  }

  // The first duration, in microseconds, that no longer falls into the bucket.
  [[nodiscard]] static std::uint64_t end(std::size_t index) noexcept {
    if (index < steps) return index + 1;
    const auto octave = (index - steps) / steps;
    return (steps + (index - steps) % steps + 1) << octave;
  }
};

// Cumulative, one writer, any readers; readers subtract two readings. Never reset.
class LatencyHistogram {
 public:
  void record(std::chrono::nanoseconds duration) noexcept {
    auto& bucket = buckets_[LatencyBuckets::index(static_cast<std::uint64_t>(duration.count()) / 1000)];
    bucket.store(bucket.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t at(std::size_t index) const noexcept {
    return buckets_[index].load(std::memory_order_relaxed);
  }

 private:
  std::array<std::atomic<std::uint64_t>, LatencyBuckets::count> buckets_{};
};

}  // namespace sluice
