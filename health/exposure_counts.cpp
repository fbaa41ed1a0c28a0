#include "health/exposure_counts.h"

#include <unordered_set>

#include "health/outcomes.h"

namespace sluice {
namespace {

template <class T>
std::unique_ptr<T>& at(std::vector<std::unique_ptr<T>>& all, const SlotRef& slot) {
  if (all.size() <= slot->index) all.resize(slot->index + 1);
  return all[slot->index];
}

}  // namespace

void ExposureShard::adopt(const Snapshot& snapshot) {
  std::lock_guard lock(mutex_);
  std::unordered_set<const void*> used;
  for (const auto& layer : snapshot.layers)
    for (const auto& experiment : layer->experiments) {
      auto& sample = at(samples_, experiment->slot);
      if (!sample || sample->experiment->slot != experiment->slot) sample = std::make_unique<Sample>();
      sample->experiment = experiment;
      used.insert(sample.get());
      for (const auto& arm : experiment->arms) {
        auto& counted = at(arms_, arm.slot);
        if (!counted || counted->slot != arm.slot) {
          counted = std::make_unique<ArmCount>();
          counted->slot = arm.slot;
          counted->experiment = experiment->name;
          counted->arm = arm.name;
        }
        used.insert(counted.get());
      }
    }
  const auto forget_others = [&](auto& all) {
    for (auto& one : all)
      if (!used.contains(one.get())) one.reset();
  };
  forget_others(arms_);
  forget_others(samples_);
}

// An exchange of an older snapshot may name an experiment that is gone.
void ExposureShard::count(const Exposure& exposure, std::optional<std::string_view> identity) {
  const auto& slot = exposure.arm->slot;
  if (slot->index < arms_.size() && arms_[slot->index] && arms_[slot->index]->slot == slot)
    add(arms_[slot->index]->exposures);
  const auto& whole = exposure.experiment->slot;
  if (!identity || whole->index >= samples_.size() || !samples_[whole->index]) return;
  auto& sample = *samples_[whole->index];
  if (sample.experiment->division == exposure.experiment->division)
    sample.users.add(*exposure.experiment, *exposure.arm, *identity);
}

void ExposureShard::add_to(ExposureTotals& totals) const {
  std::lock_guard lock(mutex_);
  for (const auto& counted : arms_)
    if (counted)
      totals.exposures[{counted->experiment, counted->arm}] +=
          counted->exposures.load(std::memory_order_relaxed);
  for (const auto& sample : samples_) {
    if (!sample) continue;
    auto& users = totals.users[sample->experiment->name];
    users = merge_samples(std::move(users), sample->users.users(sample->experiment->division));
  }
}

}  // namespace sluice
