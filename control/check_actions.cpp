#include "control/check_actions.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <vector>

#include "control/did_you_mean.h"
#include "control/quoted.h"
#include "routing/header_id.h"
#include "routing/redirect.h"
#include "routing/rewrite.h"

namespace sluice::config {
namespace {

// ALB's own limits: a rule that passes here can be moved there.
constexpr std::size_t longest_body = 1024, longest_part = 128, longest_regex = 1024;
constexpr std::array content_types{"text/plain", "text/css", "text/html", "application/javascript",
                                   "application/json"};

std::string longer_than(std::size_t most) {
  return "is longer than " + std::to_string(most) + " characters";
}

// An action under the key of its rule.
struct ActionCheck {
  const std::string& parent;
  const RulePlace& place;
  Findings& findings;

  void operator()(const Forward& forward) const {
    std::vector<std::string> names;
    for (const auto& service : place.config.services) names.push_back(service.name);
    if (std::ranges::find(names, forward.service) == names.end())
      findings.add(parent + ".forward",
                   "no service " + quoted(forward.service) + did_you_mean(forward.service, names));
  }

  void operator()(const FixedResponse& response) const {
    const auto key = parent + ".fixed_response";
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

  void operator()(const Redirect& redirect) const {
    const auto key = parent + ".redirect";
    part(UrlPart::protocol, redirect.protocol, key + ".protocol");
    part(UrlPart::host, redirect.host, key + ".host");
    part(UrlPart::port, redirect.port, key + ".port");
    part(UrlPart::path, redirect.path, key + ".path");
    part(UrlPart::query, redirect.query, key + ".query");
    static const Redirect same;
    const auto target = [](const Redirect& r) { return std::tie(r.protocol, r.host, r.port, r.path); };
    if (target(redirect) == target(same))
      findings.add(key, "leads back to itself; change protocol, host, port or path");
    if (redirect.protocol == "http" && place.listener.protocol == ListenerProtocol::https)
      findings.add(key + ".protocol", "leads from https to http, which gives away what https protected");
  }

  void part(UrlPart part, const std::string& text, const std::string& key) const {
    if (text.size() > longest_part) findings.add(key, longer_than(longest_part));
    if (const auto parsed = parse_redirect(part, text); !parsed) findings.add(key, parsed.error());
  }
};

void check_rewrite(const Rewrite& rewrite, const std::string& key, LetterCase letters, Findings& findings) {
  if (rewrite.regex.size() > longest_regex) findings.add(key + ".regex", longer_than(longest_regex));
  if (rewrite.replace.size() > longest_regex) findings.add(key + ".replace", longer_than(longest_regex));
  const auto regex = Regex::compile(rewrite.regex, letters);
  if (!regex) return findings.add(key + ".regex", regex.error());
  const auto replacement = parse_replacement(rewrite.replace, regex->groups());
  if (!replacement) findings.add(key + ".replace", replacement.error());
}

// Names under their keys: each a field's, and none twice, in whatever case.
struct NameCheck {
  Findings& findings;
  std::vector<std::string> seen = {};

  void operator()(const std::string& name, const std::string& key) {
    if (!is_field_name(name)) return findings.add(key, quoted(name) + " is not a header name");
    if (is_framing_field(name))
      findings.add(key, quoted(name) + " frames the message; Sluice writes it as it must be");
    const auto same = [&](const std::string& other) { return equal_ignoring_case(other, name); };
    if (std::ranges::any_of(seen, same)) findings.add(key, quoted(name) + " is set or removed twice");
    seen.push_back(name);
  }
};

}  // namespace

void check_action(const Action& action, const std::string& key, const RulePlace& place, Findings& findings) {
  std::visit(ActionCheck{key, place, findings}, action);
}

void check_transforms(const Rule& rule, const std::string& key, Findings& findings) {
  if (!rule.url_rewrite && !rule.host_header_rewrite) return;
  const auto at = key + ".transforms";
  if (!std::holds_alternative<Forward>(rule.action))
    findings.add(at, "needs `forward`: nothing else sends the request on");
  if (rule.url_rewrite)
    check_rewrite(*rule.url_rewrite, at + ".url_rewrite", LetterCase::sensitive, findings);
  if (rule.host_header_rewrite)
    check_rewrite(*rule.host_header_rewrite, at + ".host_header_rewrite", LetterCase::insensitive, findings);
}

void check_response_headers(const HeaderEdits& edits, const std::string& key, Findings& findings) {
  NameCheck check_name{findings};
  for (const auto& [name, value] : edits.set) {
    const auto at = key + ".response_headers.set." + name;
    check_name(name, at);
    if (!is_field_value(value))
      findings.add(at, "must be one line of visible ASCII without space at its ends");
  }
  for (std::size_t i = 0; i < edits.remove.size(); ++i)
    check_name(edits.remove[i], indexed(key + ".response_headers.remove", i));
}

}  // namespace sluice::config
