#include "control/api/endpoints.h"

#include <prometheus/text_serializer.h>

#include "control/api/openapi.h"
#include "control/api/service_json.h"
#include "control/api/weights_request.h"

namespace sluice::endpoints {
namespace {

ApiResponse text(std::string body) {
  return {.status = 200, .content_type = "text/plain", .body = std::move(body), .headers = {}};
}

// With rates that are fresh enough for a person who has just sent a request.
ServicesNow services_now(AdminApi& api) {
  api.sample();
  return {.revisions = api.revisions(), .rates = api.rates(), .targets = api.survey()};
}

std::string etag(std::uint64_t revision) {
  return '"' + std::to_string(revision) + '"';
}

ApiResponse refused(const WeightsRefused& refusal) {
  using Reason = WeightsRefused::Reason;
  switch (refusal.reason) {
    case Reason::no_such_service:
      return problem(404, "no_such_service", refusal.what);
    case Reason::no_such_variant:
      return problem(422, "no_such_variant", refusal.what);
    case Reason::variant_missing:
      return problem(422, "variant_missing", refusal.what);
    case Reason::named_twice:
      return problem(422, "variant_named_twice", refusal.what);
    case Reason::all_zero:
      return problem(422, "all_weights_zero", refusal.what);
    case Reason::too_fine:
      return problem(422, "weights_too_fine", refusal.what);
    case Reason::stale:
      return problem(412, "stale_revision", refusal.what);
    case Reason::not_published:
      break;
  }
  return problem(500, "not_published", refusal.what);
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
  return problem(404, "no_such_service", "no service `" + name + "`");
}

ApiResponse put_weights(AdminApi& api, const ApiRequest& request) {
  const auto& name = request.parameters.at(0);
  if (api.revisions().service_revision(name) == 0)  // before the body: nothing would be right
    return problem(404, "no_such_service", "no service `" + name + "`");
  const auto condition = parse_if_match(request.if_match);
  if (!condition) return problem(412, "stale_revision", condition.error());
  const auto weights = parse_weights(request.body);
  if (!weights) return problem(weights.error().status, weights.error().code, weights.error().what);
  const auto revision = api.revisions().set_weights(name, *weights, *condition);
  if (!revision) return refused(revision.error());
  auto response = json_response(boost::json::object{{"revision", *revision}});
  response.headers.emplace_back("ETag", etag(*revision));
  return response;
}

}  // namespace sluice::endpoints
