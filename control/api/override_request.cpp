#include "control/api/override_request.h"

#include <boost/json/parse.hpp>

#include "control/scalars.h"

namespace sluice {
namespace {

namespace json = boost::json;

const json::string* text(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value ? value->if_string() : nullptr;
}

}  // namespace

Result<OverrideRequest, std::string> parse_override_request(std::string_view body) {
  using namespace std::chrono_literals;
  json::error_code error;
  const auto value = json::parse({body.data(), body.size()}, error);
  const auto* object = error ? nullptr : value.if_object();
  if (!object) return failure(std::string(R"(write {"service": "shop", "variant": "green", "for": "1h"})"));
  const auto *service = text(*object, "service"), *variant = text(*object, "variant");
  if (!service || !variant) return failure(std::string("`service` and `variant` are needed, both as text"));
  OverrideRequest request{.service = std::string(*service), .variant = std::string(*variant)};
  if (!object->contains("for")) return request;
  const auto* lasts = text(*object, "for");
  if (!lasts) return failure(std::string("`for` is a duration as text, as in \"1h\""));
  const auto duration = config::duration(1s, 30 * 24h)(*lasts);
  if (!duration) return failure("for: " + duration.error());
  request.lasts = std::chrono::duration_cast<std::chrono::seconds>(*duration);
  return request;
}

}  // namespace sluice
