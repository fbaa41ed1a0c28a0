// The ring of a target group under consistent_hash: each target stands at many places of it, which depend on
// nothing but its address, so that every node and every restart sends a key to the same target, and a target
// that comes or goes moves no keys but its own. Laid out when the group is compiled and never changed: who is
// not fit is passed by.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "routing/target_group.h"

namespace sluice {

class HashRing {
 public:
  // Of the heaviest target; the others have as many as their weights make. A target's share of the keys is
  // then what its weight says, give or take 5 %.
  static constexpr std::uint32_t most_places = 512;

  explicit HashRing(std::span<const Target> targets);

  [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }

  // The place of a key: that of the first target whose turn it is. `size() > 0`.
  [[nodiscard]] std::size_t find(std::uint64_t key) const noexcept {
    const auto point = static_cast<std::uint32_t>(key >> 32);
    std::size_t place = starts_[point >> shift_];
    while (place < places_.size() && places_[place].point < point) ++place;
    return place == places_.size() ? 0 : place;
  }
  [[nodiscard]] std::size_t after(std::size_t place) const noexcept {
    return ++place == places_.size() ? 0 : place;
  }
  // Index into the group's targets.
  [[nodiscard]] std::uint32_t target(std::size_t place) const noexcept { return places_[place].target; }

 private:
  struct Place {
    std::uint32_t point;  // 2^-32 of the ring
    std::uint32_t target;
  };
  std::vector<Place> places_;          // in the order of the ring
  std::vector<std::uint32_t> starts_;  // of equal parts of the ring, as many as places: the first place in it
  unsigned shift_ = 0;                 // from a point to its part
};

}  // namespace sluice
