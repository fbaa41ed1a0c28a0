// The endpoints that are about target groups and their targets.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "control/api/drain_request.h"
#include "control/api/endpoints.h"
#include "control/api/target_groups_json.h"
#include "control/api/utc_text.h"
#include "control/did_you_mean.h"
#include "control/units.h"

namespace sluice::endpoints {
namespace {

constexpr std::size_t most_listed = 5;

ApiResponse no_such_group(const TargetSurvey& survey, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& group : survey.groups()) names.push_back(group.name);
  return problem(404, "no_such_target_group",
                 "no target group `" + name + "`" + config::did_you_mean(name, names));
}

ApiResponse no_such_target(const SurveyedGroup& group, const std::string& address) {
  std::vector<std::string> addresses;
  for (const auto& target : group.targets) addresses.push_back(target.address);
  auto hint = config::did_you_mean(address, addresses);
  if (hint.empty() && !addresses.empty() && addresses.size() <= most_listed) {
    for (const auto& each : addresses) hint += (hint.empty() ? "; it has `" : ", `") + each + "`";
  }
  return problem(404, "no_such_target",
                 "target group `" + group.name + "` has no target `" + address + "`" + hint);
}

// The target that a path names, or the refusal.
struct Named {
  TargetName name;
  std::chrono::milliseconds delay;  // the group's
};
Result<Named, ApiResponse> named_target(AdminApi& api, const ApiRequest& request) {
  const TargetName name{request.parameters.at(0), request.parameters.at(1)};
  const auto survey = api.survey();
  const auto* group = survey.find(name.first);
  if (!group) return failure(no_such_group(survey, name.first));
  // Of the file: one that is gone drains already, and can't come back from here.
  const auto& groups = api.revisions().config().target_groups;
  const auto& targets = std::ranges::find(groups, name.first, &config::TargetGroup::name)->targets;
  if (std::ranges::find(targets, name.second, &config::Target::address) == targets.end())
    return failure(no_such_target(*group, name.second));
  return Named{name, group->deregistration_delay};
}

void tell_everybody(AdminApi& api, const ApiRequest& request, std::string kind, std::string text) {
  AuditEvent event;
  event.author = request.author;
  event.kind = std::move(kind);
  event.text = std::move(text);
  api.revisions().tell(std::move(event));
}

ApiResponse told(AdminApi& api, const TargetName& name) {
  const auto survey = api.survey();
  const auto& targets = survey.find(name.first)->targets;
  const auto target = std::ranges::find(targets, name.second, &SurveyedTarget::address);
  auto json = target_json(*target, survey.now());
  json["target_group"] = name.first;
  json["as_of"] = utc_text(std::chrono::system_clock::now());
  return json_response(json);
}

}  // namespace

ApiResponse target_groups(AdminApi& api, const ApiRequest&) {
  return json_response(boost::json::object{{"target_groups", target_groups_json(api.survey())}});
}

ApiResponse target_group(AdminApi& api, const ApiRequest& request) {
  const auto survey = api.survey();
  const auto& name = request.parameters.at(0);
  const auto* group = survey.find(name);
  return group ? json_response(target_group_json(*group, survey.now())) : no_such_group(survey, name);
}

ApiResponse drain_target(AdminApi& api, const ApiRequest& request) {
  const auto target = named_target(api, request);
  if (!target) return target.error();
  const auto wanted = parse_drain_request(request);
  if (!wanted) return wanted.error();
  const auto delay = wanted->value_or(target->delay);
  api.revisions().drain(target->name, AdminApi::Clock::now() + delay);
  spdlog::info("target group {}: target {} drained by the admin API; what is in flight has {}",
               target->name.first, target->name.second, config::duration_text(delay));
  tell_everybody(api, request, "target.drained",
                 "target " + target->name.second + " of " + target->name.first + ": what is in flight has " +
                     config::duration_text(delay));
  return told(api, target->name);
}

ApiResponse undrain_target(AdminApi& api, const ApiRequest& request) {
  const auto target = named_target(api, request);
  if (!target) return target.error();
  api.revisions().undrain(target->name, AdminApi::Clock::now());
  spdlog::info("target group {}: target {} undrained by the admin API", target->name.first,
               target->name.second);
  tell_everybody(api, request, "target.undrained",
                 "target " + target->name.second + " of " + target->name.first + " takes requests again");
  return told(api, target->name);
}

}  // namespace sluice::endpoints
