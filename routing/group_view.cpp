#include "routing/group_view.h"

#include <algorithm>

#include "routing/turns.h"

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
  fit_.members.clear();
  all_.members.clear();
  for (std::uint32_t i = 0; i < group->targets.size(); ++i) {
    const auto& state = *group->targets[i].state;
    if (state.is_draining()) continue;
    all_.members.push_back(i);
    const bool ejected = state.is_ejected(now);
    if (ejected) valid_until_ = std::min(valid_until_, TargetState::load(state.ejected_until));
    if (!ejected && TargetState::load(state.verdict) != CheckVerdict::unhealthy) fit_.members.push_back(i);
  }
  const auto fit = fit_.members.size() * 100 * Weight::unit;
  panics_ = fit_.members.empty() || fit < group->panic_threshold.millionths * all_.members.size();
  deal(fit_);
  deal(all_);
}

void GroupView::deal(Members& members) const {
  std::vector<std::uint32_t> weights;
  for (const auto index : members.members) weights.push_back(group_->targets[index].weight);
  members.turns = smooth_turns(weights);
  for (auto& turn : members.turns) turn = members.members[turn];
}

const Target* GroupView::pick(const Pick& pick) noexcept {
  auto& among = pick.panic == Panic::allowed && panics_ ? all_ : fit_;
  const Target* target = nullptr;
  for (std::size_t i = 0; i < among.turns.size(); ++i) {
    if (among.cursor >= among.turns.size()) among.cursor = 0;
    target = &group_->targets[among.turns[among.cursor++]];
    if (std::ranges::find(pick.tried, target) == pick.tried.end()) break;
  }
  return target;
}

}  // namespace sluice
