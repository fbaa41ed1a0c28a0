#include "routing/pick_by_key.h"

#include "routing/slow_start.h"

namespace sluice {
namespace {

// After so many that are full the key's own target takes one more: nobody searches for long.
constexpr unsigned most_detours = 64;

// A target that starts slowly takes the same part of its keys each time, and leaves the others alone.
bool takes(std::uint32_t share, std::uint64_t key) noexcept {
  return (key & 0xFFFFFFFF) * full_share >> 32 < share;
}

// At 1.25 times its share of what is in flight, rounded up.
bool is_full(const Members& among, const Target& target, std::uint32_t share,
             std::uint64_t in_flight) noexcept {
  const auto has = std::uint64_t{TargetState::load(target.state->in_flight)};
  return in_flight > 0 && has * among.weight * 4 >= in_flight * 5 * target.weight * share;
}

}  // namespace

const Target* pick_by_key(const Members& among, const TargetGroup& group, const Pick& pick,
                          std::uint32_t in_flight) noexcept {
  if (among.all.empty()) return nullptr;
  const auto& ring = *group.ring;
  const Target *full = nullptr, *declined = nullptr, *tried = nullptr;  // in case there is no other
  unsigned detours = 0;
  auto place = ring.find(pick.key);
  for (std::size_t i = 0; i < ring.size() && detours < most_detours; ++i, place = ring.after(place)) {
    const auto index = ring.target(place);
    const auto share = among.share[index];
    if (share == 0) continue;
    const auto* target = &group.targets[index];
    if (pick.was_tried(target)) {
      tried = target;
    } else if (!takes(share, pick.key)) {
      if (!declined) declined = target;
    } else if (is_full(among, *target, share, in_flight)) {
      if (!full) full = target;
      ++detours;
    } else {
      return target;
    }
  }
  return full ? full : declined ? declined : tried;
}

}  // namespace sluice
