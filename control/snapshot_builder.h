// Compiles a checked configuration into a snapshot. Parts that have not changed are the very objects of the
// previous snapshot, so that what the data plane derives from them (TLS contexts, pools) stays. For the
// control thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "control/allocation.h"
#include "control/compile_service.h"
#include "control/config.h"
#include "routing/result.h"
#include "routing/slot.h"
#include "routing/snapshot.h"

namespace sluice {

// One for the life of the process: the slot numbers of things go from one snapshot to the next.
class SnapshotBuilder {
 public:
  // `own_secrets`: what services that name no secret file sign with.
  explicit SnapshotBuilder(Secrets own_secrets) : own_secrets_(std::move(own_secrets)) {}

  // A service that `kept` has keeps that allocation, whatever the file says (docs/configuration.md,
  // "Weights"); new variants of it enter at 0, and one that still has a weight must not be missing.
  // Certificates are read and target names resolved here; a name that does not resolve keeps the address that
  // it had.
  [[nodiscard]] Result<std::shared_ptr<const Snapshot>, std::vector<config::Problem>> build(
      const config::Config& config, std::uint64_t revision, const Snapshot* previous,
      const Allocations& kept);
  // The same, keeping what `previous` has.
  [[nodiscard]] Result<std::shared_ptr<const Snapshot>, std::vector<config::Problem>> build(
      const config::Config& config, std::uint64_t revision, const Snapshot* previous) {
    return build(config, revision, previous, previous ? allocations_of(*previous) : Allocations());
  }

  // The same snapshot with the weights of one service changed, one per variant and not all 0, moving the
  // fewest users. The error: weights finer than a vendor's hash can tell apart.
  [[nodiscard]] Result<std::shared_ptr<const Snapshot>, std::string> with_weights(
      const Snapshot& snapshot, std::size_t service, std::span<const Weight> weights,
      std::uint64_t revision) const;

  // The same revision with one service's allocation as it was kept: of the variants that the service has now,
  // by name. The error says why it does not fit.
  [[nodiscard]] static Result<std::shared_ptr<const Snapshot>, std::string> with_allocation(
      const Snapshot& snapshot, std::size_t service, const Allocation& allocation);

  // The same revision with another stable variant of one service.
  [[nodiscard]] static std::shared_ptr<const Snapshot> with_stable(const Snapshot& snapshot,
                                                                   std::size_t service, std::uint32_t stable);

  // The same revision with testers of one service by a listener, or none (null).
  [[nodiscard]] static std::shared_ptr<const Snapshot> with_test(const Snapshot& snapshot,
                                                                 std::size_t service,
                                                                 std::shared_ptr<const TestTraffic> test);

  // The same revision with one service's split elsewhere on its way to its weights.
  [[nodiscard]] static std::shared_ptr<const Snapshot> with_split(const Snapshot& snapshot,
                                                                  std::size_t service, Split split);

 private:
  Secrets own_secrets_;
  Slots slots_;
};

}  // namespace sluice
