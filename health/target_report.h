// What there is to say of each target's health, in ALB's words: for the admin API and the metrics. Written by
// the prober when something changes, listed by whoever asks.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "health/target_condition.h"
#include "routing/target_state.h"

namespace sluice {

struct TargetReport {
  std::string target_group;
  std::string target;  // its address as configured
  TargetWord state = TargetWord::initial;
  std::string reason;       // ALB's code, as Target.Timeout; empty while it is healthy
  std::string description;  // for people; empty while it is healthy
  std::chrono::system_clock::time_point since;  // when the state began; of a draining one: the state before
};

// Thread-safe. Locks for as long as a copy takes; nothing of the data plane comes here.
class TargetReports {
 public:
  struct Known {
    std::string target_group;
    std::string target;
    std::shared_ptr<const TargetState> state;  // null: no service uses its group
  };
  struct Verdict {
    CheckVerdict verdict = CheckVerdict::initial;
    std::string reason = {};
    std::string description = {};
    bool operator==(const Verdict&) const = default;
  };

  // Every target of the configuration, by group and address. The order is by these names.
  [[nodiscard]] std::vector<TargetReport> list() const;

  // From now on these are all there are. What is known of those that stay stays.
  void keep(const std::vector<Known>& targets);
  // About one of them; others are passed over.
  void set(const std::string& target_group, const std::string& target, Verdict verdict);

 private:
  using Name = std::pair<std::string, std::string>;
  struct Entry {
    std::shared_ptr<const TargetState> state;
    Verdict verdict;
    std::chrono::system_clock::time_point since;
  };

  mutable std::mutex mutex_;
  std::map<Name, Entry> entries_;
};

}  // namespace sluice
