// Small dense numbers for things that outlive a snapshot: a target, a service, a variant, a listener. Whoever
// keeps state per thing (a worker's pools, counters, cursors) uses the number as an index. The same name gets
// the same number for as long as anybody holds it; then the number is free again.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace sluice {

struct Slot {
  std::uint32_t index;
  std::string name;
};
using SlotRef = std::shared_ptr<const Slot>;

// Thread-safe. Interning is for the control thread; slots may be given back on any thread.
class SlotTable {
 public:
  SlotTable() : shared_(std::make_shared<Shared>()) {}

  [[nodiscard]] SlotRef intern(const std::string& name);

 private:
  struct Shared {
    std::mutex mutex;
    std::unordered_map<std::string, std::weak_ptr<const Slot>> by_name;
    std::vector<std::uint32_t> free;
    std::uint32_t next = 0;

    void release(const Slot* slot);
  };
  std::shared_ptr<Shared> shared_;
};

}  // namespace sluice
