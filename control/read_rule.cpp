#include "control/read_rule.h"

#include "control/scalars.h"

namespace sluice::config {
namespace {

FixedResponse read_fixed_response(Mapping& response) {
  FixedResponse result;
  response.require("status", result.status, number(200, 599));
  response.read("content_type", result.content_type, any_text);
  response.read("body", result.body, any_text);
  return result;
}

void read_globs(const Value& value, std::vector<std::string>& into) {
  // The long form is for regular expressions, which come with a later version.
  if (value.is_mapping()) return value.mapping([](Mapping& forms) { forms.not_supported({"regex"}); });
  value.read_list(into, some_text);
}

HttpHeader read_http_header(Mapping& header) {
  HttpHeader result;
  header.require("name", result.name, some_text);
  header.require("values");
  header.not_supported({"regex"});
  if (const auto values = header.find("values")) values->read_list(result.globs, any_text);
  return result;
}

void read_condition(Mapping& mapping, std::vector<Condition>& into) {
  if (const auto value = mapping.find("path_pattern"))
    read_globs(*value, std::get<PathPattern>(into.emplace_back(PathPattern{})).globs);
  if (const auto value = mapping.find("host_header"))
    read_globs(*value, std::get<HostHeader>(into.emplace_back(HostHeader{})).globs);
  mapping.section("http_header", [&](Mapping& header) { into.emplace_back(read_http_header(header)); });
  if (const auto value = mapping.find("http_request_method"))
    value->read_list(std::get<HttpRequestMethod>(into.emplace_back(HttpRequestMethod{})).methods, some_text);
  mapping.not_supported({"query_string", "source_ip", "cookie", "share"});
  if (mapping.size() != 1) mapping.problem("needs exactly one condition; write each as its own element");
}

}  // namespace

Action read_action(Mapping& mapping) {
  Forward forward;
  FixedResponse fixed;
  mapping.read("forward", forward.service, some_text);
  mapping.section("fixed_response", [&](Mapping& response) { fixed = read_fixed_response(response); });
  mapping.not_supported({"redirect"});

  const int actions = mapping.has("forward") + mapping.has("fixed_response") + mapping.has("redirect");
  if (actions != 1) mapping.problem("needs exactly one action: forward or fixed_response");
  if (mapping.has("forward")) return forward;
  return fixed;
}

Rule read_rule(const Value& value) {
  Rule result;
  value.mapping([&](Mapping& rule) {
    rule.require("priority", result.priority, number(1, 50'000));
    rule.require("conditions");
    rule.each("conditions", [&](const Value& element) {
      element.mapping([&](Mapping& condition) { read_condition(condition, result.conditions); });
    });
    result.action = read_action(rule);
    rule.not_supported({"transforms", "response_headers"});
  });
  return result;
}

}  // namespace sluice::config
