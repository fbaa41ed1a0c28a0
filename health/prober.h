// The one thread that checks the targets of the process. It is told with each revision who is to be checked;
// what it finds out is in the targets' states, in the reports, in the log and in the counts.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "health/check_list.h"
#include "health/check_result.h"
#include "health/target_report.h"
#include "health/watched_group.h"

namespace sluice {

class Prober {
 public:
  Prober();
  // Ends the checks at once, wherever they are.
  ~Prober();
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;

  // From now on these are checked, and nobody else. The states of new targets must say `initial` already (or
  // `healthy`, where a check was added to a group that had none). One thread at a time, as counts().
  void publish(const CheckList& list);

  // Any thread.
  [[nodiscard]] const TargetReports& reports() const noexcept { return reports_; }
  // Of the groups that are checked, by name.
  using Counts = std::map<std::string, std::shared_ptr<CheckCounts>>;
  [[nodiscard]] const Counts& counts() const noexcept { return counts_; }

 private:
  class Thread;

  TargetReports reports_;
  Counts counts_;
  std::unique_ptr<Thread> thread_;
};

}  // namespace sluice
