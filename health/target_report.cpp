#include "health/target_report.h"

namespace sluice {
namespace {

using Verdict = TargetReports::Verdict;

// Before any check has said more than the state that the target came with.
Verdict first_verdict(const TargetState* state) {
  const auto verdict = state ? TargetState::load(state->verdict) : CheckVerdict::initial;
  if (verdict == CheckVerdict::healthy) return {.verdict = verdict};
  if (verdict == CheckVerdict::unhealthy)
    return {.verdict = verdict, .reason = "Target.FailedHealthChecks", .description = "Health checks failed"};
  return {.verdict = verdict,
          .reason = "Elb.InitialHealthChecking",
          .description = "Initial health checks in progress"};
}

TargetWord condition_of(CheckVerdict verdict) noexcept {
  if (verdict == CheckVerdict::healthy) return TargetWord::healthy;
  return verdict == CheckVerdict::unhealthy ? TargetWord::unhealthy : TargetWord::initial;
}

// What stands above any verdict.
void overrule(TargetReport& report, const TargetState* state) {
  if (!state) {
    report.state = TargetWord::unused;
    report.reason = "Target.NotInUse";
    report.description = "Target group is not used by a service";
  } else if (state->is_draining()) {
    report.state = TargetWord::draining;
    report.reason = "Target.DeregistrationInProgress";
    report.description = "Target deregistration is in progress";
  }
}

}  // namespace

std::vector<TargetReport> TargetReports::list() const {
  std::vector<TargetReport> reports;
  const std::lock_guard lock(mutex_);
  for (const auto& [name, entry] : entries_) {
    auto& report = reports.emplace_back(TargetReport{.target_group = name.first,
                                                     .target = name.second,
                                                     .state = condition_of(entry.verdict.verdict),
                                                     .reason = entry.verdict.reason,
                                                     .description = entry.verdict.description,
                                                     .since = entry.since});
    overrule(report, entry.state.get());
  }
  return reports;
}

void TargetReports::keep(const std::vector<Known>& targets) {
  const auto now = std::chrono::system_clock::now();
  const std::lock_guard lock(mutex_);
  std::map<Name, Entry> kept;
  for (const auto& [group, target, state] : targets) {
    const Name name{group, target};
    const auto before = entries_.find(name);
    kept[name] = before != entries_.end() && before->second.state == state
                     ? std::move(before->second)
                     : Entry{state, first_verdict(state.get()), now};
  }
  entries_ = std::move(kept);
}

void TargetReports::set(const std::string& target_group, const std::string& target, Verdict verdict) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find({target_group, target});
  if (found == entries_.end()) return;
  auto& entry = found->second;
  if (entry.verdict.verdict != verdict.verdict) entry.since = std::chrono::system_clock::now();
  entry.verdict = std::move(verdict);
}

}  // namespace sluice
