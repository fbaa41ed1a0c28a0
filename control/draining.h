// Which targets get no new exchanges although nothing is wrong with them: those that the API drained, and
// those that a snapshot no longer has. Part of Revisions, which tells it what is published. Not part of a
// revision: it outlives reloads. Control thread; time is passed in.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "routing/snapshot.h"

namespace sluice {

using TargetName = std::pair<std::string, std::string>;  // group, address

// A target that no snapshot has any more, while something may be in flight to it.
struct DepartedTarget {
  Target target;                      // as it was last; holds its state
  std::shared_ptr<GroupState> group;  // of the group that it was in
  SteadyTime drain_by;
  bool was_drained = false;  // by the API, before it departed and not since
};

class Draining {
 public:
  // Before a snapshot is published: its targets that had departed take exchanges again, and those that the
  // API drained while their group was not in use don't.
  void expect(const Snapshot& next, SteadyTime now);
  // Then one of the two. `before` is null for the first one.
  void published(const Snapshot* before, const Snapshot& next, SteadyTime now);
  void not_published();

  // By the API: no new exchange, and those in flight have until `by`. Draining what drains sets another end.
  // The snapshot may be without the target: then it drains as soon as one has it.
  void drain(const Snapshot* current, const TargetName& target, SteadyTime by);
  // Back to work; into slow start, if its group has one and others that are fit.
  void undrain(const Snapshot* current, const TargetName& target, SteadyTime now);
  // Until when the exchanges may go on that are in flight to what the API drained; none: it did not.
  [[nodiscard]] std::optional<SteadyTime> drained_until(const TargetName& target) const;

  // Those with exchanges in flight.
  [[nodiscard]] std::map<TargetName, DepartedTarget> departed() const;

 private:
  void forget(SteadyTime now);

  std::map<TargetName, SteadyTime> drained_;  // by the API
  std::map<TargetName, DepartedTarget> departed_;
};

}  // namespace sluice
