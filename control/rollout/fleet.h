// What a rollout needs to know of target groups at a moment, and does to their targets. Reads the states that
// the process shares, through the snapshot that is published. Control thread only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "control/revisions.h"

namespace sluice {

class Fleet {
 public:
  explicit Fleet(Revisions& revisions) : revisions_(revisions) {}

  // The group of a variant; null for unknown names.
  [[nodiscard]] const TargetGroup* group_of(const std::string& service, const std::string& variant) const;

  [[nodiscard]] static std::size_t healthy(const TargetGroup& group, SteadyTime now);
  // Whether the fit targets of `to` can carry `share` percent of what all of `from` carry, by weight, of
  // which `min_capacity` percent are enough; and there is one.
  [[nodiscard]] static bool can_carry(const TargetGroup& to, const TargetGroup& from, Weight share,
                                      Weight min_capacity, SteadyTime now);

  // Takes them out; those that the group has not are left.
  void drain(const TargetGroup& group, const std::vector<std::string>& targets, SteadyTime now);
  void let_back(const TargetGroup& group, const std::vector<std::string>& targets, SteadyTime now);
  // Nothing is in flight to them, or what is has had its time.
  [[nodiscard]] static bool is_drained(const TargetGroup& group, const std::vector<std::string>& targets,
                                       SteadyTime now);
  // The checks say so of all of them; where nobody checks they are.
  [[nodiscard]] static bool is_healthy(const TargetGroup& group, const std::vector<std::string>& targets);
  // How long it takes until a check has seen what happened a moment ago; 0 where nobody checks.
  [[nodiscard]] std::chrono::milliseconds check_lag(const std::string& group) const;

 private:
  Revisions& revisions_;
};

}  // namespace sluice
