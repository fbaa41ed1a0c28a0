// The point sequences of one worker, one for each decision that a snapshot names: requests without identity
// walk them, each decision its own, so that a 1 % share does not fall on the same requests as another.
#pragma once

#include <vector>

#include "routing/point.h"
#include "routing/slot.h"

namespace sluice {

class Sequences {
 public:
  // `seed`: any number, another one for each worker.
  explicit Sequences(std::uint64_t seed) noexcept : seed_(seed) {}

  // Of a split. A request is split by one service only, so splits may have the most even sequence there is.
  [[nodiscard]] Point next_of_split(const SlotRef& split) { return of(split).even.next(); }
  // Of any other decision: independent of the split's and of each other's.
  [[nodiscard]] Point next(const SlotRef& decision) { return of(decision).shuffled.next(); }

 private:
  struct Walk {
    SlotRef decision;  // whose it is: an index may be given to another one
    PointSequence even;
    ShuffledSequence shuffled;
  };

  [[nodiscard]] Walk& of(const SlotRef& decision) {
    if (decision->index < walks_.size() && walks_[decision->index].decision == decision)
      return walks_[decision->index];
    return begin(decision);
  }
  Walk& begin(const SlotRef& decision);

  std::uint64_t seed_;
  std::vector<Walk> walks_;  // by slot
};

}  // namespace sluice
