#include "control/check_rules.h"

#include <algorithm>
#include <array>
#include <map>

#include "control/did_you_mean.h"

namespace sluice::config {
namespace {

// ALB's own limits: a rule that passes here can be moved there, and no pattern grows without bound.
constexpr std::size_t longest_value = 128, longest_name = 40, longest_method = 40, longest_body = 1024;
constexpr std::array content_types{"text/plain", "text/css", "text/html", "application/javascript",
                                   "application/json"};

bool only(std::string_view text, std::string_view letters) {
  return text.find_first_not_of(letters) == text.npos;
}

bool is_token(std::string_view text) {  // RFC 9110 §5.6.2
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) ||
           std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

std::string quoted(std::string_view text) {
  return "`" + std::string(text) + "`";
}

// One condition under its own key ("….conditions[1].path_pattern").
struct ConditionCheck {
  const std::string& parent;
  Findings& findings;

  void values(const std::string& key, const std::vector<std::string>& values) const {
    if (values.empty()) findings.add(key, "has no values");
    for (std::size_t i = 0; i < values.size(); ++i)
      if (values[i].size() > longest_value)
        findings.add(indexed(key, i), "is longer than " + std::to_string(longest_value) + " characters");
  }

  void operator()(const PathPattern& condition) const {
    const auto key = parent + ".path_pattern";
    values(key, condition.globs);
    for (std::size_t i = 0; i < condition.globs.size(); ++i)
      if (std::string_view("/*?").find(condition.globs[i].front()) == std::string_view::npos)
        findings.add(indexed(key, i), quoted(condition.globs[i]) + " matches no path: those begin with `/`");
  }
  void operator()(const HostHeader& condition) const {
    const auto key = parent + ".host_header";
    values(key, condition.globs);
    for (std::size_t i = 0; i < condition.globs.size(); ++i)
      if (condition.globs[i].find_first_of("/:") != std::string::npos && !condition.globs[i].starts_with('['))
        findings.add(indexed(key, i),
                     quoted(condition.globs[i]) + " is no host: write it without scheme and port");
  }
  void operator()(const HttpHeader& condition) const {
    const auto key = parent + ".http_header";
    values(key + ".values", condition.globs);
    if (!is_token(condition.name) || condition.name.size() > longest_name)
      findings.add(key + ".name", quoted(condition.name) + " is not a header name of at most 40 characters");
    if (equal_ignoring_case(condition.name, "Host")) findings.add(key + ".name", "for Host, use host_header");
  }
  void operator()(const HttpRequestMethod& condition) const {
    const auto key = parent + ".http_request_method";
    values(key, condition.methods);
    for (std::size_t i = 0; i < condition.methods.size(); ++i) {
      const auto& method = condition.methods[i];
      if (!only(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_") || method.size() > longest_method)
        findings.add(indexed(key, i), quoted(method) + " is not a method: write up to 40 of A-Z - _");
    }
  }
};

void check_fixed_response(const FixedResponse& response, const std::string& key, Findings& findings) {
  if (response.status / 100 == 3) findings.add(key + ".status", "must be 2xx, 4xx or 5xx");
  if (response.body.size() > longest_body) findings.add(key + ".body", "is longer than 1024 bytes");
  if (response.status == 204 && !response.body.empty()) findings.add(key + ".body", "a 204 has no body");
  if (!response.content_type.empty() &&
      std::ranges::find(content_types, response.content_type) == content_types.end())
    findings.add(
        key + ".content_type",
        quoted(response.content_type) +
            " is not one of text/plain, text/css, text/html, application/javascript, application/json");
}

void check_action(const Action& action, const std::string& key, const Config& config, Findings& findings) {
  if (const auto* fixed = std::get_if<FixedResponse>(&action))
    return check_fixed_response(*fixed, key + ".fixed_response", findings);
  const auto& wanted = std::get<Forward>(action).service;
  std::vector<std::string> names;
  for (const auto& service : config.services) names.push_back(service.name);
  if (std::ranges::find(names, wanted) == names.end())
    findings.add(key + ".forward", "no service " + quoted(wanted) + did_you_mean(wanted, names));
}

void check_conditions(const Rule& rule, const std::string& key, Findings& findings) {
  std::map<std::size_t, int> kinds;
  for (std::size_t i = 0; i < rule.conditions.size(); ++i) {
    const auto at = indexed(key + ".conditions", i);
    const auto& condition = rule.conditions[i];
    std::visit(ConditionCheck{at, findings}, condition);
    // ANDing two of these is nearly always meant as an OR.
    if (++kinds[condition.index()] == 2 && !std::holds_alternative<HttpHeader>(condition))
      findings.add(at, "is the second of its kind in this rule; put all values into one, they are ORed");
  }
  if (rule.conditions.empty())
    findings.add(key + ".conditions", "has no conditions; `default` answers the rest");
}

}  // namespace

void check_rules(const Listener& listener, const std::string& key, const Config& config, Findings& findings) {
  std::map<int, std::size_t> by_priority;
  for (std::size_t i = 0; i < listener.rules.size(); ++i) {
    const auto& rule = listener.rules[i];
    const auto at = indexed(key + ".rules", i);
    const auto [first, fresh] = by_priority.emplace(rule.priority, i);
    if (!fresh)
      findings.add(at + ".priority",
                   std::to_string(rule.priority) + " is taken by " + indexed(key + ".rules", first->second));
    check_conditions(rule, at, findings);
    check_action(rule.action, at, config, findings);
  }
  check_action(listener.fallback, key + ".default", config, findings);
}

}  // namespace sluice::config
