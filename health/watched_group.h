// The targets of one group while they are checked: a probe each, what their results make of them, and whom
// that is told: the data plane by their states, people by the log and the reports. Prober thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "health/check_list.h"
#include "health/probe.h"
#include "health/settle.h"
#include "health/target_report.h"

namespace sluice {

// Checks of a group since it came, by CheckResult::Kind. One writer.
struct CheckCounts {
  std::array<std::atomic<std::uint64_t>, CheckResult::kinds.size()> by_kind{};
};

class WatchedGroup {
 public:
  struct Needs {
    boost::asio::io_context& io;
    TargetReports& reports;
    std::uint64_t& probes;  // made so far, of all groups: each has a place of its own
  };

  WatchedGroup(Needs needs, std::shared_ptr<CheckCounts> counts)
      : needs_(needs), counts_(std::move(counts)) {}
  // Whoever destroys it has called end(), or runs the io_context no more.
  WatchedGroup(const WatchedGroup&) = delete;
  WatchedGroup& operator=(const WatchedGroup&) = delete;

  // The group as it is from now on, with a check. Targets that stay keep their verdicts.
  void update(const CheckedGroup& to);
  // Nobody checks it any more; its targets count as this.
  void end(CheckVerdict verdict);

 private:
  struct Watched {
    std::string name;  // its address as configured
    JudgedTarget judged;
    std::shared_ptr<Probe> probe;
    CheckQuestion question = {};
    CheckResult last_failure = {};
  };

  [[nodiscard]] std::unique_ptr<Watched> watch(const Target& target);
  void ask(Watched& watched, CheckQuestion question);
  void let_go(Watched& watched, CheckVerdict verdict);
  void heard(Watched& watched, const CheckResult& result);
  void publish();
  void report(const Watched& watched);

  Needs needs_;
  std::shared_ptr<CheckCounts> counts_;
  CheckedGroup checked_;
  std::shared_ptr<boost::asio::ssl::context> tls_;  // null until a question needs it
  std::vector<std::unique_ptr<Watched>> targets_;
};

}  // namespace sluice
