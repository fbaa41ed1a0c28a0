#include "control/api/change_refusal.h"
#include "control/api/endpoints.h"
#include "control/api/rollout_request.h"
#include "control/rollout/rollout_json.h"
#include "control/rollout/timeline.h"

namespace sluice::endpoints {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

ApiResponse told(const Engine& engine, const Rollout& rollout, unsigned status = 200) {
  auto response = json_response(rollout_json(rollout, engine.now(rollout)));
  response.status = status;
  return response;
}

json::array timeline_json(const Rollout& rollout) {
  json::array entries;
  for (const auto& entry : timeline(rollout))
    entries.push_back(json::object{
        {"at", static_cast<double>(entry.at.count()) / 1000}, {"what", entry.what}, {"waits", entry.waits}});
  return entries;
}

// Gates that the strategy names and this version does not judge.
json::array unjudged_json(const Rollout& rollout) {
  json::array names;
  for (const auto& gate : judge(rollout.strategy.gates, {}))
    if (!gate.acted_upon) names.emplace_back(gate.name);
  return names;
}

ApiResponse drafted(const Engine& engine, const Engine::Answer& draft) {
  if (!draft) return refusal_of(draft.error());
  auto object = rollout_json(*draft, engine.now(*draft));
  object["timeline"] = timeline_json(*draft);
  object["unjudged_gates"] = unjudged_json(*draft);
  return json_response(object);
}

asio::awaitable<ApiResponse> commanded(AdminApi& api, ApiRequest request, RolloutCommand command) {
  auto reason = parse_reason(request.body);
  if (!reason) co_return problem(reason.error().status, reason.error().code, reason.error().what);
  Provenance by{.author = request.author, .reason = *std::move(reason)};
  const auto answer = co_await api.rollouts().command(request.parameters.at(0), command, std::move(by));
  if (!answer) co_return refusal_of(answer.error());
  co_return told(api.rollouts(), *answer);
}

}  // namespace

ApiResponse rollouts(AdminApi& api, const ApiRequest& request) {
  const auto wanted = request.query.find("service");
  json::array list;
  for (const auto* rollout : api.rollouts().list())
    if (wanted == request.query.end() || rollout->service == wanted->second)
      list.push_back(rollout_json(*rollout, api.rollouts().now(*rollout)));
  return json_response(json::object{{"rollouts", std::move(list)}});
}

ApiResponse rollout(AdminApi& api, const ApiRequest& request) {
  const auto& id = request.parameters.at(0);
  if (const auto* known = api.rollouts().find(id)) return told(api.rollouts(), *known);
  return problem(404, "no_such_rollout", "no rollout `" + id + "`, nor a service of this name that had one");
}

asio::awaitable<ApiResponse> start_rollout(AdminApi& api, ApiRequest request) {
  auto wanted = parse_rollout_request(request.body);
  if (!wanted) co_return problem(wanted.error().status, wanted.error().code, wanted.error().what);
  wanted->start.service = request.parameters.at(0);
  if (wanted->dry_run) co_return drafted(api.rollouts(), api.rollouts().draft(wanted->start, request.author));
  Provenance by{.author = request.author, .reason = wanted->reason};
  auto start = wanted->start;
  const auto answer = co_await api.rollouts().start(std::move(start), std::move(by));
  if (!answer) co_return refusal_of(answer.error());
  co_return told(api.rollouts(), *answer, 201);
}

asio::awaitable<ApiResponse> pause_rollout(AdminApi& api, ApiRequest request) {
  return commanded(api, std::move(request), RolloutCommand::pause);
}
asio::awaitable<ApiResponse> resume_rollout(AdminApi& api, ApiRequest request) {
  return commanded(api, std::move(request), RolloutCommand::resume);
}
asio::awaitable<ApiResponse> promote_rollout(AdminApi& api, ApiRequest request) {
  return commanded(api, std::move(request), RolloutCommand::promote);
}
asio::awaitable<ApiResponse> approve_rollout(AdminApi& api, ApiRequest request) {
  return commanded(api, std::move(request), RolloutCommand::approve);
}
asio::awaitable<ApiResponse> abort_rollout(AdminApi& api, ApiRequest request) {
  const auto gradual = request.query.find("gradual");
  const bool down = gradual != request.query.end() && gradual->second == "true";
  return commanded(api, std::move(request), down ? RolloutCommand::abort_gradually : RolloutCommand::abort);
}

}  // namespace sluice::endpoints
