#include "routing/sequences.h"

namespace sluice {
namespace {

// SplitMix64: seeds in a row have nothing in common.
std::uint64_t next_seed(std::uint64_t& state) noexcept {
  auto z = state += golden_step;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

}  // namespace

Sequences::Walk& Sequences::begin(const SlotRef& decision) {
  if (walks_.size() <= decision->index) walks_.resize(decision->index + 1);
  auto& walk = walks_[decision->index];
  walk = {.decision = decision,
          .even = PointSequence(next_seed(seed_)),
          .shuffled = ShuffledSequence(next_seed(seed_))};
  return walk;
}

}  // namespace sluice
