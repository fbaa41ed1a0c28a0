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
  explicit PointSequence(Point start = 0, Point step = golden_step) noexcept : point_(start), step_(step) {}
  Point next() noexcept { return point_ += step_; }

 private:
  Point point_;
  Point step_;
};

}  // namespace sluice
