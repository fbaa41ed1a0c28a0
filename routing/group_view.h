// A target group as one worker sees it at the moment: which of its targets are fit, and how the next exchange
// is dealt among them. Made anew when a verdict about a target changed or time has passed that changes one;
// until then a pick is a few instructions. The worker's own, so nothing is locked.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "routing/target_group.h"

namespace sluice {

// Who may be picked: fit ones, or, when too few are (TargetGroup::panic_threshold), all that are not
// draining, which only a stable variant may do.
enum class Panic : std::uint8_t { forbidden, allowed };

struct Pick {
  std::uint64_t random = 0;                // for algorithms that draw
  std::uint64_t key = 0;                   // for consistent_hash: the hash of what HashBy says
  Panic panic = Panic::forbidden;
  std::span<const Target* const> tried{};  // not again while there is another
};

class GroupView {
 public:
  // Brings the view up to date. Cheap when nothing has changed.
  void refresh(const std::shared_ptr<const TargetGroup>& group, SteadyTime now);

  // After refresh(). Null: there is none. Its lifetime is the group's.
  [[nodiscard]] const Target* pick(const Pick& pick) noexcept;

  [[nodiscard]] bool has_fit() const noexcept { return !fit_.members.empty(); }
  // Too few are fit: a pick with Panic::allowed is among all.
  [[nodiscard]] bool panics() const noexcept { return panics_; }

 private:
  struct Members {
    std::vector<std::uint32_t> members;  // indexes into the group's targets
    std::vector<std::uint32_t> turns;    // likewise, each as often as its weight, spread evenly
    std::uint32_t cursor = 0;
  };

  [[nodiscard]] bool is_current(const TargetGroup* group, SteadyTime now) const noexcept;
  void deal(Members& members) const;

  std::shared_ptr<const TargetGroup> group_;
  std::uint32_t version_ = 0;
  SteadyTime valid_until_{};
  bool panics_ = false;
  Members fit_, all_;
};

}  // namespace sluice
