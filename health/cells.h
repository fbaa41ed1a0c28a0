// Counters of one worker, one cell for each thing that has a slot. The worker writes without locks; a scrape
// reads under a mutex that the worker takes only when a new snapshot arrives.
#pragma once

#include <memory>
#include <mutex>
#include <unordered_set>
#include <vector>

#include "routing/slot.h"

namespace sluice {

template <class Cell>
class Cells {
 public:
  // The cell of a slot, made when it is first asked for. Worker's thread. It lives until keep_only() drops
  // it: who holds it for longer than an instant says so there.
  Cell& at(const SlotRef& slot) {
    if (slot->index < cells_.size()) {
      if (auto& entry = cells_[slot->index]; entry && entry->slot == slot) return entry->cell;
    }
    return make(slot);
  }

  // Drops the cells of slots that are not named, but those for which `is_held(cell)`. Worker's thread. What
  // still counts for one of them gets a new one, until the next snapshot.
  template <class Predicate>
  void keep_only(const std::unordered_set<const Slot*>& named, Predicate is_held) {
    std::lock_guard lock(mutex_);
    for (auto& entry : cells_)
      if (entry && !named.contains(entry->slot.get()) && !is_held(entry->cell)) entry.reset();
  }
  void keep_only(const std::unordered_set<const Slot*>& named) {
    keep_only(named, [](const Cell&) { return false; });
  }

  // Calls `with(name, cell)` for each. Any thread.
  template <class Function>
  void for_each(Function with) const {
    std::lock_guard lock(mutex_);
    for (const auto& entry : cells_)
      if (entry) with(entry->slot->name, entry->cell);
  }

 private:
  struct Entry {
    SlotRef slot;
    Cell cell;
  };

  Cell& make(const SlotRef& slot) {
    std::lock_guard lock(mutex_);
    if (cells_.size() <= slot->index) cells_.resize(slot->index + 1);
    auto& entry = cells_[slot->index];
    entry = std::make_unique<Entry>();
    entry->slot = slot;
    return entry->cell;
  }

  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Entry>> cells_;
};

}  // namespace sluice
