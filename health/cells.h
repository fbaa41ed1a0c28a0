// Counters of one worker, one cell for each thing that has a slot. The worker writes without locks; a scrape
// reads under a mutex that the worker takes only when a new snapshot arrives.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "routing/slot.h"

namespace sluice {

template <class Cell>
class Cells {
 public:
  // The cell of a slot, made when it is first asked for. Worker's thread. It lives until keep_only() drops
  // it.
  Cell& at(const SlotRef& slot) {
    if (slot->index < cells_.size()) {
      if (auto& entry = cells_[slot->index]; entry && entry->slot == slot) return entry->cell;
    }
    return make(slot);
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
