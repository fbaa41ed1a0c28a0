#include "control/api/target_groups_json.h"

#include <algorithm>
#include <cmath>

#include "control/api/utc_text.h"
#include "control/units.h"

namespace sluice {
namespace {

namespace json = boost::json;

std::string_view to_string(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::round_robin:
      return "round_robin";
    case Algorithm::least_outstanding:
      return "least_outstanding";
    case Algorithm::weighted_random:
      return "weighted_random";
    case Algorithm::consistent_hash:
      break;
  }
  return "consistent_hash";
}

json::value text_or_null(std::string_view text) {
  return text.empty() ? json::value() : json::value(text);
}

// Control's times do not follow the calendar; people's do.
json::value time_json(std::optional<SteadyTime> time, SteadyTime now) {
  using Calendar = std::chrono::system_clock;
  if (!time) return nullptr;
  return json::value(utc_text(Calendar::now() + std::chrono::duration_cast<Calendar::duration>(*time - now)));
}

// The group in one word: how those of its targets are that should take requests.
std::string_view state_of(const SurveyedGroup& group) {
  if (group.used_by.empty()) return "unused";
  const auto count = [&](TargetWord word) {
    return std::ranges::count_if(group.targets, [&](const auto& t) { return t.condition.state == word; });
  };
  const auto healthy = count(TargetWord::healthy), draining = count(TargetWord::draining);
  if (healthy > 0)
    return healthy + draining == static_cast<std::ptrdiff_t>(group.targets.size()) ? "healthy" : "degraded";
  if (count(TargetWord::initial) > 0) return "initial";
  const bool all_drain = draining > 0 && draining == static_cast<std::ptrdiff_t>(group.targets.size());
  return all_drain ? "draining" : "unhealthy";
}

json::array used_by_json(const SurveyedGroup& group) {
  json::array variants;
  for (const auto& [service, variant, share] : group.used_by)
    variants.push_back(json::object{
        {"service", service}, {"variant", variant}, {"share", std::round(share * 1e6) / 1e6}});
  return variants;
}

}  // namespace

json::object target_json(const SurveyedTarget& target, SteadyTime now) {
  return {{"address", target.address},
          {"weight", target.weight},
          {"zone", text_or_null(target.zone)},
          {"state", to_string(target.condition.state)},
          {"reason", text_or_null(target.condition.reason)},
          {"description", text_or_null(target.condition.description)},
          {"in_flight", target.in_flight},
          {"ejected_until", time_json(target.ejected_until, now)},
          {"draining_until", time_json(target.draining_until, now)}};
}

json::object target_group_json(const SurveyedGroup& group, SteadyTime now) {
  json::array targets;
  for (const auto& target : group.targets) targets.push_back(target_json(target, now));
  return {{"name", group.name},
          {"state", state_of(group)},
          {"algorithm", to_string(group.algorithm)},
          {"protocol", group.protocol == UpstreamProtocol::http2 ? "http2" : "http1"},
          {"deregistration_delay", config::duration_text(group.deregistration_delay)},
          {"requests", group.requests},
          {"connections", group.connections},
          {"pending", group.pending},
          {"targets", std::move(targets)},
          {"used_by", used_by_json(group)},
          {"as_of", time_json(now, now)}};
}

json::array target_groups_json(const TargetSurvey& survey) {
  json::array groups;
  for (const auto& group : survey.groups()) groups.push_back(target_group_json(group, survey.now()));
  return groups;
}

}  // namespace sluice
