#include "control/api/drain_request.h"

#include <boost/json/parse.hpp>

#include "control/scalars.h"

namespace sluice {
namespace {

namespace json = boost::json;
using Text = std::optional<std::string>;

Result<Text, ApiResponse> delay_text(const ApiRequest& request) {
  if (const auto found = request.query.find("delay"); found != request.query.end()) return found->second;
  if (request.body.empty()) return Text();
  json::error_code error;
  const auto body = json::parse(request.body, error);
  if (error) return failure(problem(400, "invalid_json", "the body is not JSON: " + error.message()));
  const auto* object = body.if_object();
  const auto* delay = object ? object->if_contains("delay") : nullptr;
  if (object && object->empty()) return Text();
  if (!delay || !delay->is_string())
    return failure(problem(422, "invalid_delay", R"(write {"delay": "10s"}, or nothing)"));
  return std::string(delay->get_string());
}

}  // namespace

Result<std::optional<std::chrono::milliseconds>, ApiResponse> parse_drain_request(const ApiRequest& request) {
  using namespace std::chrono_literals;
  const auto text = delay_text(request);
  if (!text) return failure(text.error());
  if (!*text) return std::optional<std::chrono::milliseconds>();
  const auto delay = config::duration(0ms, 1h)(**text);
  if (!delay) return failure(problem(422, "invalid_delay", "delay: " + delay.error()));
  return *delay;
}

}  // namespace sluice
