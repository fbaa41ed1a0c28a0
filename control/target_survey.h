// Every target group as it is at this moment: what the API, its metrics and the commands tell about targets.
// Made anew for each question, of the snapshot and of the states that the process shares. Control thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/revisions.h"
#include "health/target_condition.h"

namespace sluice {

// What the active checks have to say, of those targets of which they have something to say.
using CheckReports = std::map<TargetName, CheckReport>;

struct SurveyedTarget {
  std::string address;
  std::uint32_t weight = 1;
  std::string zone;
  ToldCondition condition;
  std::uint32_t in_flight = 0;
  std::optional<SteadyTime> ejected_until;
  std::optional<SteadyTime> draining_until;  // in the past: what was in flight has ended, or was ended
  bool departed = false;                     // the configuration has it no more
};

struct VariantOfGroup {
  std::string service;
  std::string variant;
  double share = 0;  // of the service's requests, 0 to 1
};

struct SurveyedGroup {
  std::string name;
  Algorithm algorithm = Algorithm::round_robin;
  UpstreamProtocol protocol = UpstreamProtocol::http1;
  std::chrono::milliseconds deregistration_delay{};
  std::uint32_t requests = 0, connections = 0, pending = 0;  // as GroupState has them
  // In the order of the file, then those that are gone and have exchanges in flight.
  std::vector<SurveyedTarget> targets;
  std::vector<VariantOfGroup> used_by;

  // Of the targets that the configuration has.
  [[nodiscard]] std::size_t total() const noexcept;
  [[nodiscard]] std::size_t healthy() const noexcept;
};

class TargetSurvey {
 public:
  TargetSurvey() = default;
  TargetSurvey(const Revisions& revisions, const CheckReports& reports, SteadyTime now);

  [[nodiscard]] SteadyTime now() const noexcept { return now_; }
  // All groups of the configuration, in its order.
  [[nodiscard]] const std::vector<SurveyedGroup>& groups() const noexcept { return groups_; }
  // Null: the configuration has none of this name.
  [[nodiscard]] const SurveyedGroup* find(std::string_view name) const noexcept;

 private:
  SteadyTime now_{};
  std::vector<SurveyedGroup> groups_;
};

}  // namespace sluice
