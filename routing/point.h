// Where a user stands on the line [0,1): 64-bit fractions, in units of 2^-64.
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice {

using Point = std::uint64_t;

// The seed of a decision's own hash, from its salt (a service's name, an experiment's). Computed once a
// snapshot.
[[nodiscard]] std::uint64_t salt_seed(std::string_view salt) noexcept;

// XXH3-64 of the identity under the salt: the same on every node and for ever, so it must never be changed.
[[nodiscard]] Point point_of(std::uint64_t salt_seed, std::string_view identity) noexcept;

// 2^64 over the golden ratio: of all steps the one that fills the line most evenly (Knuth, TAOCP 3, §6.4,
// theorem S).
inline constexpr Point golden_step = 0x9E3779B97F4A7C15u;

// Points for requests without identity: an additive sequence, of which any n points in a row lie in any range
// of width w as often as n·w, give or take two or three.
class PointSequence {
 public:
  explicit PointSequence(Point start = 0) noexcept : point_(start) {}
  Point next() noexcept { return point_ += golden_step; }

 private:
  Point point_;
};

// The same for decisions that are made beside others about one request: nearly as even (give or take
// log2(n)/3 + 1), and independent of any other with another seed, which no two additive sequences are for
// sure. A van der Corput sequence, scrambled and shuffled as Owen does it, by Burley's hash ("Practical
// Hash-based Owen Scrambling", JCGT 9(4), 2020). Its points are multiples of 2^-32.
class ShuffledSequence {
 public:
  explicit ShuffledSequence(std::uint64_t seed = 0) noexcept
      : order_(static_cast<std::uint32_t>(seed)), place_(static_cast<std::uint32_t>(seed >> 32)) {}
  Point next() noexcept;

 private:
  std::uint32_t count_ = 0;
  std::uint32_t order_;  // seeds
  std::uint32_t place_;
};

}  // namespace sluice
