#include "routing/group_view.h"

#include <algorithm>

#include "routing/deal.h"
#include "routing/pick_by_draw.h"
#include "routing/pick_by_key.h"
#include "routing/pick_in_turn.h"
#include "routing/slow_start.h"

namespace sluice {

bool GroupView::is_current(const TargetGroup* group, SteadyTime now) const noexcept {
  return group_.get() == group && now < valid_until_ &&
         version_ == group->state->version.load(std::memory_order_acquire);
}

void GroupView::refresh(const std::shared_ptr<const TargetGroup>& group, SteadyTime now) {
  if (is_current(group.get(), now)) return;
  group_ = group;
  version_ = group->state->version.load(std::memory_order_acquire);
  valid_until_ = SteadyTime::max();
  sort_out(now);
  if (stays_near_) deal(near_, *group_);
  deal(fit_, *group_);
  if (panics_) deal(any_, *group_);
}

void GroupView::sort_out(SteadyTime now) {
  for (auto* members : {&near_, &fit_, &any_}) members->all.clear();
  // Those that are not judged yet serve only while none is known to be fit.
  const bool is_known =
      std::ranges::any_of(group_->targets, [now](const Target& each) { return each.state->is_fit(now); });
  std::size_t of_our_zone = 0;
  for (const auto& target : group_->targets) {
    const auto& state = *target.state;
    if (state.is_draining()) continue;
    any_.all.push_back({&target, target.weight * full_share, full_share});
    of_our_zone += target.zone == group_->zone ? 1 : 0;
    const bool ejected = state.is_ejected(now);
    if (ejected) valid_until_ = std::min(valid_until_, TargetState::load(state.ejected_until));
    const auto verdict = TargetState::load(state.verdict);
    if (!ejected && verdict == (is_known ? CheckVerdict::healthy : CheckVerdict::initial))
      add_fit(target, now);
  }
  const auto fit = fit_.all.size() * 100 * Weight::unit;
  panics_ = fit_.all.empty() || fit < group_->panic_threshold.millionths * any_.all.size();
  stays_near_ = !group_->zone.empty() && !near_.all.empty() && near_.all.size() * 2 >= of_our_zone &&
                near_.all.size() < fit_.all.size();
}

void GroupView::add_fit(const Target& target, SteadyTime now) {
  const auto starting =
      starting_share(TargetState::load(target.state->fit_since), now, group_->slow_start);
  valid_until_ = std::min(valid_until_, starting.until);
  const Member member{&target, target.weight * starting.share, starting.share};
  fit_.all.push_back(member);
  if (target.zone == group_->zone) near_.all.push_back(member);
}

Members& GroupView::among(Panic panic) noexcept {
  if (panic == Panic::allowed && panics_) return any_;
  return stays_near_ ? near_ : fit_;
}

const Target* GroupView::pick(const Pick& pick) noexcept {
  auto& members = among(pick.panic);
  const auto* target = pick_among(members, pick);
  // All of our zone were tried: on to the others.
  if (&members == &near_ && target && pick.was_tried(target)) return pick_among(fit_, pick);
  return target;
}

const Target* GroupView::pick_among(Members& members, const Pick& pick) const noexcept {
  switch (group_->algorithm) {
    case Algorithm::round_robin: return pick_in_turn(members, pick);
    case Algorithm::least_outstanding: return pick_least_outstanding(members, pick);
    case Algorithm::weighted_random: return pick_at_random(members, pick);
    case Algorithm::consistent_hash:
      return pick_by_key(members, *group_, pick, TargetState::load(group_->state->requests));
  }
  return nullptr;
}

}  // namespace sluice
