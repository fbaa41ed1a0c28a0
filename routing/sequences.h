// The point sequences of one worker, one for each decision that a snapshot names: requests without identity
// walk them, each decision its own, so that a 1 % share does not fall on the same requests as another.
#pragma once

#include <optional>
#include <vector>

#include "routing/point.h"
#include "routing/slot.h"

namespace sluice {

class Sequences {
 public:
  // `start`: any number, another one for each worker.
  explicit Sequences(Point start) noexcept : start_(start) {}

  [[nodiscard]] Point next(const SlotRef& decision) {
    if (decision->index >= sequences_.size() || !sequences_[decision->index]) begin(*decision);
    return sequences_[decision->index]->next();
  }

 private:
  void begin(const Slot& decision);

  Point start_;
  std::vector<std::optional<PointSequence>> sequences_;  // by slot
};

}  // namespace sluice
