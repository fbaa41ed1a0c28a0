// Faults that a rule injects into its own requests, for testing how clients and callers take them.
#pragma once

#include <chrono>
#include <cstdint>

#include "routing/sequences.h"
#include "routing/split.h"

namespace sluice {

// A share of requests, drawn from a sequence of its own: exact, and independent of splits, of other shares
// and of who the user is.
struct Chance {
  Split::Share width = 0;  // the points below it
  SlotRef decision{};
  bool operator==(const Chance&) const = default;

  [[nodiscard]] bool falls(Sequences& sequences) const {
    return width != 0 && sequences.next(decision) < width;
  }
};

struct Fault {
  Chance delay;
  std::chrono::milliseconds duration{0};  // of the delay
  Chance abort;
  std::uint16_t status = 503;  // of the answer of one that is aborted
  bool operator==(const Fault&) const = default;
};

}  // namespace sluice
