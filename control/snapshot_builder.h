// Compiles a checked configuration into a snapshot. Parts that have not changed are the very objects of the
// previous snapshot, so that what the data plane derives from them (TLS contexts, pools) stays. For the
// control thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "control/compile_group.h"
#include "control/config.h"
#include "routing/result.h"
#include "routing/slot.h"
#include "routing/snapshot.h"

namespace sluice {

// One for the life of the process: the slot numbers of things go from one snapshot to the next.
class SnapshotBuilder {
 public:
  // A service that `previous` has keeps its weights and split, whatever the file says (docs/configuration.md,
  // "Weights"); new variants of it enter at 0, and one that still has a weight must not be missing.
  // Certificates are read and target names resolved here; a name that does not resolve keeps the address that
  // it had.
  [[nodiscard]] Result<std::shared_ptr<const Snapshot>, std::vector<config::Problem>> build(
      const config::Config& config, std::uint64_t revision, const Snapshot* previous);

  // The same snapshot with the weights of one service changed, one per variant and not all 0, moving the
  // fewest users.
  [[nodiscard]] std::shared_ptr<const Snapshot> with_weights(const Snapshot& snapshot, std::size_t service,
                                                             std::span<const Weight> weights,
                                                             std::uint64_t revision) const;

  // The names that state outside of snapshots goes by.
  struct Slots {
    SlotTable listeners, services, variants;
    GroupSlots groups;
  };

 private:
  Slots slots_;
};

}  // namespace sluice
