#include "routing/slot.h"

namespace sluice {

SlotRef SlotTable::intern(const std::string& name) {
  std::lock_guard lock(shared_->mutex);
  auto& known = shared_->by_name[name];
  if (auto slot = known.lock()) return slot;
  std::uint32_t index = shared_->next;
  if (shared_->free.empty()) {
    ++shared_->next;
  } else {
    index = shared_->free.back();
    shared_->free.pop_back();
  }
  SlotRef slot(new Slot{index, name}, [shared = shared_](const Slot* gone) {
    shared->release(gone);
    delete gone;
  });
  known = slot;
  return slot;
}

void SlotTable::Shared::release(const Slot* slot) {
  std::lock_guard lock(mutex);
  free.push_back(slot->index);
  // The name may have been interned anew between the last release and this lock: then the entry is somebody
  // else's.
  if (const auto found = by_name.find(slot->name); found != by_name.end() && found->second.expired())
    by_name.erase(found);
}

}  // namespace sluice
