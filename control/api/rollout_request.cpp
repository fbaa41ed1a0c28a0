#include "control/api/rollout_request.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "control/did_you_mean.h"

namespace sluice {
namespace {

namespace json = boost::json;

using Bad = tl::unexpected<BadRolloutRequest>;

Bad invalid(std::string what) {
  return failure(BadRolloutRequest{422, "invalid_request", std::move(what)});
}

Result<json::object, BadRolloutRequest> parse_object(std::string_view body) {
  json::error_code error;
  auto value = json::parse({body.data(), body.size()}, error);
  if (error)
    return failure(BadRolloutRequest{400, "invalid_json", "the body is not JSON: " + error.message()});
  if (!value.is_object()) return invalid("the body is an object");
  return std::move(value.as_object());
}

Result<bool, BadRolloutRequest> flag(const std::string& key, const json::value& value) {
  if (value.is_bool()) return value.get_bool();
  return invalid("`" + key + "` is true or false");
}

Result<std::string, BadRolloutRequest> text(const std::string& key, const json::value& value) {
  if (value.is_string() && !value.get_string().empty()) return std::string(value.get_string());
  return invalid("`" + key + "` is a text that is not empty");
}

}  // namespace

Result<RolloutRequest, BadRolloutRequest> parse_rollout_request(std::string_view body) {
  const auto object = parse_object(body);
  if (!object) return failure(object.error());
  RolloutRequest made;
  const std::vector<std::pair<std::string, std::string*>> texts{
      {"to", &made.start.to}, {"strategy", &made.start.strategy}, {"reason", &made.reason}};
  bool observe = false;
  const std::vector<std::pair<std::string, bool*>> flags{{"observe", &observe},
                                                         {"supersede", &made.start.supersedes},
                                                         {"ignore_freeze", &made.start.ignores_freeze},
                                                         {"dry_run", &made.dry_run}};
  for (const auto& [name, value] : *object) {
    const std::string key(name);
    bool known = false;
    for (const auto& [word, into] : texts) {
      if (word != key) continue;
      auto read = text(key, value);
      if (!read) return failure(read.error());
      *into = *std::move(read);
      known = true;
    }
    for (const auto& [word, into] : flags) {
      if (word != key) continue;
      const auto read = flag(key, value);
      if (!read) return failure(read.error());
      *into = *read;
      known = true;
    }
    static const std::vector<std::string> words{"to",        "strategy",      "reason", "observe",
                                                "supersede", "ignore_freeze", "dry_run"};
    if (!known) return invalid("unknown key `" + key + "`" + config::did_you_mean(key, words));
  }
  if (made.start.to.empty()) return invalid(R"(a rollout needs "to": the variant that the traffic goes to)");
  if (made.start.strategy.empty()) return invalid(R"(a rollout needs "strategy": the name of one)");
  if (observe) made.start.gating = Gating::observe;
  return made;
}

Result<std::string, BadRolloutRequest> parse_reason(std::string_view body) {
  if (body.empty()) return std::string();
  const auto object = parse_object(body);
  if (!object) return failure(object.error());
  std::string reason;
  for (const auto& [name, value] : *object) {
    if (name != "reason") return invalid("unknown key `" + std::string(name) + "`; a reason may be given");
    auto read = text("reason", value);
    if (!read) return failure(read.error());
    reason = *std::move(read);
  }
  return reason;
}

}  // namespace sluice
