// The allocation of [0,1) to a service's variants: the only thing that decides who goes where. Ranges in
// order, each from its begin to the next one's; values are immutable, a change makes a new split.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "routing/point.h"
#include "routing/weight.h"

namespace sluice {

struct Range {
  Point begin;            // inclusive; ends where the next range begins, the last at 2^64
  std::uint32_t variant;  // index into the service's variants
  bool operator==(const Range&) const = default;
};

class Split {
 public:
  // Each variant's share in units of 2^-64, by largest remainder, ties by order. The sum is exactly 2^64 (as
  // 128 bits) unless every weight is 0, which no split can serve: then all shares are 0.
  using Share = unsigned __int128;
  [[nodiscard]] static std::vector<Share> shares(std::span<const Weight> weights);

  // One range per variant with a weight, in the order of declaration. At least one weight must not be 0.
  [[nodiscard]] static Split from_weights(std::span<const Weight> weights);

  // The split with new weights that moves the fewest users: exactly the sum of the gains. Cuts between
  // neighbours move first, so two variants always have one cut and going back returns the very users that
  // were moved. No weight above 0: unchanged.
  [[nodiscard]] Split rebalanced(std::span<const Weight> weights) const;

  // The same ranges for variants that have got other indexes: old index i is now new_index[i]. Every variant
  // with a share has one.
  [[nodiscard]] Split renumbered(std::span<const std::uint32_t> new_index) const;

  [[nodiscard]] std::uint32_t variant_at(Point point) const noexcept {
    std::size_t i = ranges_.size() - 1;
    while (ranges_[i].begin > point) --i;
    return ranges_[i].variant;
  }

  [[nodiscard]] std::span<const Range> ranges() const noexcept { return ranges_; }
  [[nodiscard]] Share share_of(std::uint32_t variant) const noexcept;
  bool operator==(const Split&) const = default;

 private:
  explicit Split(std::vector<Range> ranges) : ranges_(std::move(ranges)) {}

  std::vector<Range> ranges_;  // never empty; the first begins at 0
};

}  // namespace sluice
