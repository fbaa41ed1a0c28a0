#include "health/target_condition.h"

#include <utility>

namespace sluice {
namespace {

// `otherwise`, unless the checks themselves have said something.
ToldCondition as_reported(TargetWord state, const TargetSituation& situation, CheckReport otherwise) {
  auto report = situation.report ? *situation.report : std::move(otherwise);
  return {state, std::move(report.reason), std::move(report.description)};
}

}  // namespace

std::string_view to_string(TargetWord word) noexcept {
  switch (word) {
    case TargetWord::initial:
      return "initial";
    case TargetWord::healthy:
      return "healthy";
    case TargetWord::unhealthy:
      return "unhealthy";
    case TargetWord::draining:
      return "draining";
    case TargetWord::unused:
      break;
  }
  return "unused";
}

ToldCondition condition_of(const TargetState& state, const TargetSituation& situation, SteadyTime now) {
  if (state.is_draining())
    return {TargetWord::draining, "Target.DeregistrationInProgress", "Gets no new requests"};
  if (situation.group == TargetSituation::Group::unused)
    return {TargetWord::unused, "Target.NotInUse", "No variant of any service has this target group"};
  const auto verdict = TargetState::load(state.verdict);
  if (verdict == CheckVerdict::unhealthy)
    return as_reported(TargetWord::unhealthy, situation,
                       {"Target.FailedHealthChecks", "Health checks failed"});
  if (state.is_ejected(now))
    return {TargetWord::unhealthy, "Sluice.Ejected", "Ejected for a while because of what users got from it"};
  if (verdict == CheckVerdict::initial)
    return as_reported(TargetWord::initial, situation,
                       {"Elb.InitialHealthChecking", "Initial health checks in progress"});
  if (situation.checks == TargetSituation::Checks::none)
    return {TargetWord::healthy, "Target.HealthCheckDisabled", "No health check"};
  return {TargetWord::healthy, {}, {}};
}

}  // namespace sluice
