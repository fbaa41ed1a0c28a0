#include "routing/hash_ring.h"

#include <algorithm>
#include <bit>
#include <tuple>

#include "routing/point.h"

namespace sluice {

HashRing::HashRing(std::span<const Target> targets) {
  if (targets.empty()) return;
  const auto heaviest = std::ranges::max(targets, {}, &Target::weight).weight;
  for (std::uint32_t t = 0; t < targets.size(); ++t) {
    const auto places = std::max(most_places * targets[t].weight / heaviest, 1u);
    for (std::uint32_t i = 0; i < places; ++i)
      places_.push_back({static_cast<std::uint32_t>(point_of(i, targets[t].address) >> 32), t});
  }
  // Two may fall on one point: which is first must not depend on the order of the file.
  std::ranges::sort(places_, [&](const Place& a, const Place& b) {
    return std::tie(a.point, targets[a.target].address) < std::tie(b.point, targets[b.target].address);
  });

  const auto parts = std::max<std::size_t>(std::bit_ceil(places_.size()), 2);
  shift_ = 32 - static_cast<unsigned>(std::countr_zero(parts));
  starts_.reserve(parts);
  std::size_t place = 0;
  for (std::uint64_t part = 0; part < parts; ++part) {
    while (place < places_.size() && places_[place].point < part << shift_) ++place;
    starts_.push_back(static_cast<std::uint32_t>(place));
  }
}

}  // namespace sluice
