// The store of a Sluice without a state directory: it checks as the lasting one does and keeps nothing.
// Control thread only.
#pragma once

#include "control/store/store.h"

namespace sluice {

class MemoryStore final : public Store {
 public:
  [[nodiscard]] Result<Stored, std::string> load() override { return Stored{}; }

  // Calls `done` before it returns: there is nothing to wait for.
  void write(Write write, Done done) override;

 private:
  std::uint64_t last_revision_ = 0;
};

}  // namespace sluice
