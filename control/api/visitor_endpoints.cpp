// The endpoints that are about users: experiments, whois, overrides.
#include "control/api/endpoints.h"
#include "control/api/experiments_json.h"
#include "control/api/override_request.h"
#include "control/api/whois.h"
#include "control/units.h"
#include "routing/override.h"

namespace sluice::endpoints {
namespace {

ApiResponse no_such_service(const std::string& name) {
  return problem(404, "no_such_service", "no service `" + name + "`");
}

const Service* service_named(AdminApi& api, const std::string& name) {
  const auto* snapshot = api.revisions().current().get();
  return snapshot ? find_service(*snapshot, name) : nullptr;
}

std::string parameter(const ApiRequest& request, const std::string& name) {
  const auto found = request.query.find(name);
  return found == request.query.end() ? std::string() : found->second;
}

// Never the value: who has it is let in.
void tell_of_override(AdminApi& api, const ApiRequest& request, const OverrideRequest& wanted) {
  AuditEvent event;
  event.author = request.author;
  event.kind = "override.signed";
  event.service = wanted.service;
  event.text = "for variant " + wanted.variant + ", good for " + config::duration_text(wanted.lasts);
  api.revisions().tell(std::move(event));
}

}  // namespace

ApiResponse experiments(AdminApi& api, const ApiRequest&) {
  return json_response(boost::json::object{
      {"experiments", experiments_json(api.revisions().current().get(), api.exposures())}});
}

ApiResponse whois(AdminApi& api, const ApiRequest& request) {
  const auto name = parameter(request, "service"), identity = parameter(request, "identity");
  if (name.empty() || identity.empty())
    return problem(400, "missing_parameter", "ask as /v1/whois?service=SERVICE&identity=IDENTITY");
  const auto* service = service_named(api, name);
  return service ? json_response(whois_json(*service, identity)) : no_such_service(name);
}

ApiResponse sign_override(AdminApi& api, const ApiRequest& request) {
  const auto wanted = parse_override_request(request.body);
  if (!wanted) return problem(422, "invalid_override", wanted.error());
  const auto* service = service_named(api, wanted->service);
  if (!service) return no_such_service(wanted->service);
  if (std::ranges::find(service->variants, wanted->variant, &Variant::name) == service->variants.end())
    return problem(422, "no_such_variant",
                   "service `" + wanted->service + "` has no variant `" + wanted->variant + "`");
  tell_of_override(api, request, *wanted);
  const auto expires =
      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + wanted->lasts;
  return json_response(boost::json::object{
      {"header", "X-Sluice-Override"},
      {"value", sluice::sign_override(service->override_keys, wanted->service, wanted->variant, expires)},
      {"expires", expires.time_since_epoch().count()}});
}

}  // namespace sluice::endpoints
