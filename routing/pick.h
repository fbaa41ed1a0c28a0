// What a pick of a target asks for. Made by the pipeline for each attempt, answered by a GroupView.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "routing/target_group.h"

namespace sluice {

// Who may be picked: fit ones, or, when too few are (TargetGroup::panic_threshold), all that are not
// draining, which only a stable variant may do.
enum class Panic : std::uint8_t { forbidden, allowed };

struct Pick {
  std::uint64_t random = 0;                // for algorithms that draw
  std::uint64_t key = 0;                   // for consistent_hash: the hash of what HashBy says (hash_key.h)
  Panic panic = Panic::forbidden;
  std::span<const Target* const> tried{};  // not again while there is another

  [[nodiscard]] bool was_tried(const Target* target) const noexcept {
    return std::ranges::find(tried, target) != tried.end();
  }
};

}  // namespace sluice
