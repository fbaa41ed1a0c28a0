// The allocation of [0,1) to a service's variants: the only thing that decides who goes where. Ranges in
// order, each from its begin to the next one's; values are immutable, a change makes a new split.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "routing/point.h"
#include "routing/result.h"
#include "routing/weight.h"

namespace sluice {

enum class End : std::uint8_t { low, high };

struct Range {
  Point begin;            // inclusive; ends where the next range begins, the last at 2^64
  std::uint32_t variant;  // index into the service's variants
  End gained;             // where it last grew, and so where it gives first; part of what a split is
  bool operator==(const Range&) const = default;
};

struct Rebalanced;

// So many of the steps from one split to another are done.
struct Progress {
  std::uint32_t step;
  std::uint32_t steps;  // above 0
};

class Split {
 public:
  __extension__ typedef unsigned __int128 Share;  // in units of 2^-64
  static constexpr Share whole = Share{1} << 64;

  // A split has no more ranges than this, or than variants with a share if those are more.
  static constexpr std::size_t max_ranges = 64;

  // Each variant's share, by largest remainder, ties by order. The sum is exactly `whole` unless every weight
  // is 0, which no split can serve: then all shares are 0.
  [[nodiscard]] static std::vector<Share> shares(std::span<const Weight> weights);

  // One range per variant with a weight, in the order of declaration. At least one weight must not be 0.
  [[nodiscard]] static Split from_weights(std::span<const Weight> weights);

  // The very ranges of a split that was kept somewhere, for a service of so many variants; why they are none
  // where they break what a split promises.
  [[nodiscard]] static Result<Split, std::string> from_ranges(std::vector<Range> ranges,
                                                              std::size_t variants);

  // The split with new weights, one per variant, that moves the fewest users: exactly the sum of the gains
  // (routing/rebalance.h). Two variants always have one cut, so going back returns the very users that were
  // moved; among more it may return others: who must have the same back keeps the split itself. No weight
  // above 0: unchanged.
  [[nodiscard]] Rebalanced rebalanced(std::span<const Weight> weights) const;

  // Between this split and one with other weights: each variant's share has gone that part of its way, and
  // each step moves only users whom the whole way moves, and them once (routing/transition.h). It may have
  // more ranges than either.
  [[nodiscard]] Split toward(const Split& after, Progress progress) const;

  // The same ranges for variants that have got other indexes: old index i is now new_index[i]. Every variant
  // with a share has one.
  [[nodiscard]] Split renumbered(std::span<const std::uint32_t> new_index) const;

  // Halves without a branch on the point, which nothing could predict.
  [[nodiscard]] std::uint32_t variant_at(Point point) const noexcept {
    const Range* found = ranges_.data();
    for (std::size_t left = ranges_.size(); left > 1;) {
      const std::size_t half = left / 2;
      found += found[half].begin <= point ? half : 0;
      left -= half;
    }
    return found->variant;
  }

  [[nodiscard]] std::span<const Range> ranges() const noexcept { return ranges_; }
  [[nodiscard]] Share share_of(std::uint32_t variant) const noexcept;
  bool operator==(const Split&) const = default;

 private:
  explicit Split(std::vector<Range> ranges) : ranges_(std::move(ranges)) {}

  std::vector<Range> ranges_;  // never empty; the first begins at 0; neighbours are of different variants
};

struct Rebalanced {
  Split split;
  Split::Share extra;  // moved beyond the sum of the gains, which only the limit of ranges can make happen
};

// The share of the points that two splits give to different variants.
[[nodiscard]] Split::Share movement(std::span<const Range> before, std::span<const Range> after) noexcept;

}  // namespace sluice
