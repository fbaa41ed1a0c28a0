#include "control/api/endpoints.h"

#include <prometheus/text_serializer.h>

#include "control/api/change_refusal.h"
#include "control/api/openapi.h"
#include "control/api/service_json.h"
#include "control/api/weights_request.h"
#include "control/did_you_mean.h"

namespace sluice::endpoints {
namespace {

ApiResponse text(std::string body) {
  return {.status = 200, .content_type = "text/plain", .body = std::move(body), .headers = {}};
}

// With rates that are fresh enough for a person who has just sent a request.
ServicesNow services_now(AdminApi& api) {
  api.sample();
  return {.revisions = api.revisions(),
          .rollouts = api.rollouts(),
          .rates = api.rates(),
          .targets = api.survey()};
}

ApiResponse no_such_service(AdminApi& api, const std::string& name) {
  std::vector<std::string> names;
  if (const auto& snapshot = api.revisions().current())
    for (const auto& each : snapshot->services) names.push_back(each->name);
  return problem(404, "no_such_service", "no service `" + name + "`" + config::did_you_mean(name, names));
}

std::string etag(std::uint64_t revision) {
  return '"' + std::to_string(revision) + '"';
}

}  // namespace

ApiResponse livez(AdminApi&, const ApiRequest&) {
  return text("ok\n");
}

ApiResponse readyz(AdminApi& api, const ApiRequest&) {
  if (api.ready()) return text("ready\n");
  return problem(503, "not_ready", "starting, or on the way out: send no new traffic here");
}

ApiResponse metrics(AdminApi& api, const ApiRequest&) {
  return {.status = 200,
          .content_type = "text/plain; version=0.0.4; charset=utf-8",
          .body = prometheus::TextSerializer().Serialize(api.collect()),
          .headers = {}};
}

ApiResponse openapi(AdminApi&, const ApiRequest&) {
  return {
      .status = 200, .content_type = "application/json", .body = std::string(openapi_text()), .headers = {}};
}

ApiResponse status(AdminApi& api, const ApiRequest&) {
  return json_response(
      status_json(services_now(api), api.exposures(), {.ready = api.ready(), .uptime = api.uptime()}));
}

ApiResponse services(AdminApi& api, const ApiRequest&) {
  return json_response(boost::json::object{{"services", services_json(services_now(api))}});
}

ApiResponse service(AdminApi& api, const ApiRequest& request) {
  const auto& name = request.parameters.at(0);
  const auto revision = api.revisions().service_revision(name);
  if (const auto& snapshot = api.revisions().current())
    for (const auto& each : snapshot->services)
      if (each->name == name) {
        auto response = json_response(service_json(*each, services_now(api)));
        response.headers.emplace_back("ETag", etag(revision));
        return response;
      }
  return no_such_service(api, name);
}

boost::asio::awaitable<ApiResponse> put_weights(AdminApi& api, ApiRequest request) {
  const auto& name = request.parameters.at(0);
  if (api.revisions().service_revision(name) == 0)  // before the body: nothing would be right
    co_return no_such_service(api, name);
  const auto condition = parse_if_match(request.if_match);
  if (!condition) co_return problem(412, "stale_revision", condition.error());
  auto weights = parse_weights(request.body);
  if (!weights) co_return problem(weights.error().status, weights.error().code, weights.error().what);
  if (const auto abort = request.query.find("abort"); abort != request.query.end() && abort->second == "true")
    if (auto failed = co_await api.abort_rollouts(name, request.author)) co_return *std::move(failed);
  Provenance by{.author = request.author, .reason = {}};
  const auto revision =
      co_await api.revisions().set_weights(name, *std::move(weights), *condition, std::move(by));
  if (!revision) co_return refusal_of(revision.error());
  auto response = json_response(boost::json::object{{"revision", *revision}});
  response.headers.emplace_back("ETag", etag(*revision));
  co_return response;
}

}  // namespace sluice::endpoints
