// A target group as one worker sees it at the moment: which of its targets are fit, and how the next exchange
// is dealt among them. Made anew when a verdict about a target changed or time has passed that changes one;
// until then a pick is a few instructions. The worker's own, so nothing is locked.
#pragma once

#include <cstdint>
#include <memory>

#include "routing/members.h"
#include "routing/pick.h"
#include "routing/target_group.h"

namespace sluice {

class GroupView {
 public:
  // Brings the view up to date. Cheap when nothing has changed.
  void refresh(const std::shared_ptr<const TargetGroup>& group, SteadyTime now);

  // After refresh(). By the group's algorithm among the fit targets, those of our own zone while at least half
  // of the zone's are fit. Null: there is none. Its lifetime is the group's. Allocates nothing.
  [[nodiscard]] const Target* pick(const Pick& pick) noexcept;

  // The group that it shows; null before the first refresh().
  [[nodiscard]] const TargetGroup* group() const noexcept { return group_.get(); }
  [[nodiscard]] bool has_fit() const noexcept { return !fit_.all.empty(); }
  // Too few are fit: a pick with Panic::allowed is among all.
  [[nodiscard]] bool panics() const noexcept { return panics_; }

 private:
  [[nodiscard]] bool is_current(const TargetGroup* group, SteadyTime now) const noexcept;
  void sort_out(SteadyTime now);
  void add_fit(const Target& target, SteadyTime now);
  [[nodiscard]] Members& among(Panic panic) noexcept;
  [[nodiscard]] const Target* pick_among(Members& members, const Pick& pick) const noexcept;

  std::shared_ptr<const TargetGroup> group_;
  std::uint32_t version_ = 0;
  SteadyTime valid_until_{};
  bool panics_ = false;
  bool stays_near_ = false;  // picks are among near_
  Members near_;             // fit ones of our own zone
  Members fit_;
  Members any_;  // all that are not draining
};

}  // namespace sluice
