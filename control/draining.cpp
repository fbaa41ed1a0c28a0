#include "control/draining.h"

#include <algorithm>

namespace sluice {
namespace {

struct Member {
  const TargetGroup* group;
  const Target* target;
};

std::map<TargetName, Member> members_of(const Snapshot& snapshot) {
  std::map<TargetName, Member> members;
  for (const auto& service : snapshot.services)
    for (const auto& variant : service->variants)
      for (const auto& target : variant.group->targets)
        members.try_emplace({variant.group->name, target.address}, variant.group.get(), &target);
  return members;
}

void set_drain_by(TargetState& target, GroupState& group, SteadyTime by) {
  target.drain_by.store(by, std::memory_order_relaxed);
  group.changed();
}

bool is_fit(const TargetState& state, SteadyTime now) {
  return !state.is_draining() && !state.is_ejected(now) &&
         TargetState::load(state.verdict) == CheckVerdict::healthy;
}

// Alone it takes everything at once, fit for it or not.
bool starts_slowly(const Member& member, SteadyTime now) {
  return member.group->slow_start.count() > 0 &&
         std::ranges::any_of(member.group->targets, [&](const Target& other) {
           return &other != member.target && is_fit(*other.state, now);
         });
}

}  // namespace

void Draining::expect(const Snapshot& next, SteadyTime now) {
  forget(now);
  for (const auto& [name, member] : members_of(next)) {
    auto& state = *member.target->state;
    const auto drained = drained_.find(name);
    if (drained != drained_.end())
      set_drain_by(state, *member.group->state, drained->second);
    else if (state.is_draining())  // it had departed
      set_drain_by(state, *member.group->state, {});
  }
}

void Draining::published(const Snapshot* before, const Snapshot& next, SteadyTime now) {
  const auto members = members_of(next);
  std::erase_if(departed_, [&](const auto& each) { return members.contains(each.first); });
  if (before)
    for (const auto& [name, member] : members_of(*before)) {
      if (members.contains(name)) continue;
      const auto& state = *member.target->state;
      // What the API drains has the end that the API gave it.
      const auto by =
          state.is_draining() ? TargetState::load(state.drain_by) : now + member.group->deregistration_delay;
      set_drain_by(*member.target->state, *member.group->state, by);
      departed_.insert_or_assign(
          name, DepartedTarget{*member.target, member.group->state, by, drained_.contains(name)});
    }
}

void Draining::not_published() {
  for (const auto& [name, gone] : departed_) set_drain_by(*gone.target.state, *gone.group, gone.drain_by);
}

void Draining::drain(const Snapshot* current, const TargetName& target, SteadyTime by) {
  drained_[target] = by;
  if (const auto gone = departed_.find(target); gone != departed_.end()) gone->second.was_drained = false;
  if (!current) return;
  const auto members = members_of(*current);
  if (const auto found = members.find(target); found != members.end())
    set_drain_by(*found->second.target->state, *found->second.group->state, by);
}

void Draining::undrain(const Snapshot* current, const TargetName& target, SteadyTime now) {
  if (drained_.erase(target) == 0 || !current) return;
  const auto members = members_of(*current);
  const auto found = members.find(target);
  if (found == members.end()) return;
  auto& state = *found->second.target->state;
  if (starts_slowly(found->second, now)) state.fit_since.store(now, std::memory_order_relaxed);
  set_drain_by(state, *found->second.group->state, {});
}

std::optional<SteadyTime> Draining::drained_until(const TargetName& target) const {
  const auto found = drained_.find(target);
  return found == drained_.end() ? std::nullopt : std::optional(found->second);
}

std::map<TargetName, DepartedTarget> Draining::departed() const {
  auto all = departed_;
  std::erase_if(all, [](const auto& each) {
    return TargetState::load(each.second.target.state->in_flight) == 0;
  });
  return all;
}

// A target that comes back after that is another one: an address is given to the next instance. What the API
// has drained since it departed is meant for whoever comes.
void Draining::forget(SteadyTime now) {
  std::erase_if(departed_, [&](const auto& each) {
    const auto& [name, gone] = each;
    if (now < gone.drain_by || TargetState::load(gone.target.state->in_flight) > 0) return false;
    if (gone.was_drained) drained_.erase(name);
    return true;
  });
}

}  // namespace sluice
