#include "control/check_conditions.h"

#include <algorithm>
#include <cctype>
#include <map>

#include "control/quoted.h"
#include "routing/canonical_path.h"
#include "routing/header_edits.h"

namespace sluice::config {
namespace {

// ALB's own limits: a rule that passes here can be moved there, and no pattern grows without bound.
constexpr std::size_t longest_value = 128, longest_name = 40, longest_method = 40;
constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

bool only(std::string_view text, std::string_view characters) {
  return text.find_first_not_of(characters) == text.npos;
}

bool is_host_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) ||
         std::string_view("-_.*?[]:\\").find(c) != std::string_view::npos;
}

bool has_wildcard(std::string_view text) {
  return text.find_first_of("*?") != text.npos;
}

// ALB's: a host with wildcards has a dot, and only letters after its last one, or a wildcard.
bool is_wild_host(std::string_view glob) {
  const auto dot = glob.rfind('.');
  if (dot == glob.npos) return false;
  const auto last = glob.substr(dot + 1);
  return has_wildcard(last) || (!last.empty() && only(last, letters));
}

// One condition under its own key ("….conditions[1].path_pattern").
struct ConditionCheck {
  const std::string& parent;
  Findings& findings;

  void length(const std::string& key, std::string_view value) const {
    if (value.size() > longest_value)
      findings.add(key, "is longer than " + std::to_string(longest_value) + " characters");
  }
  void values(const std::string& key, const std::vector<std::string>& values) const {
    if (values.empty()) findings.add(key, "has no values");
    for (std::size_t i = 0; i < values.size(); ++i) length(indexed(key, i), values[i]);
  }
  // Globs stand under `globs_key`, regular expressions under `regex_key`.
  void patterns(const Patterns& patterns, const std::string& globs_key, const std::string& regex_key) const {
    if (patterns.regexes.empty()) return values(globs_key, patterns.globs);
    for (std::size_t i = 0; i < patterns.regexes.size(); ++i)
      length(indexed(regex_key, i), patterns.regexes[i].text());
  }

  void path(const std::string& key, const std::string& glob) const {
    auto begin = glob_ends(glob).prefix;
    if (begin.empty() || begin == "*") return;  // OPTIONS * has such a one
    if (begin.front() != '/')
      return findings.add(key, quoted(glob) + " matches no path: those begin with `/`");
    if (has_wildcard(glob)) begin += 'x';  // as a path could go on
    std::string storage;
    const auto canonical = canonical_path(begin, storage);
    if (!canonical)
      return findings.add(key, quoted(glob) + " matches no path: " + std::string(canonical.error()));
    if (*canonical == begin) return;
    findings.add(key, quoted(glob) + " matches no path: what it begins with is matched as " +
                          quoted(canonical->substr(0, canonical->size() - has_wildcard(glob))));
  }
  void host(const std::string& key, const std::string& glob) const {
    if (glob.find_first_of("/:") != std::string::npos && !glob.starts_with('['))
      return findings.add(key, quoted(glob) + " is no host: write it without scheme and port");
    if (glob.find("..") != glob.npos || !std::ranges::all_of(glob, is_host_character))
      return findings.add(key, quoted(glob) + " is no host: those have A-Z a-z 0-9 - _ and single dots");
    if (has_wildcard(glob) && !is_wild_host(glob))
      findings.add(key, quoted(glob) +
                            " has no dot, or other than letters after its last one; write as *.example.com");
  }
  void method(const std::string& key, const std::string& method) const {
    if (!only(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_") || method.size() > longest_method)
      findings.add(key, quoted(method) + " is not a method: write up to 40 of A-Z - _");
  }

  void operator()(const PathPattern& condition) const {
    const auto key = parent + ".path_pattern";
    patterns(condition.patterns, key, key + ".regex");
    const auto& globs = condition.patterns.globs;
    for (std::size_t i = 0; i < globs.size(); ++i) path(indexed(key, i), globs[i]);
  }
  void operator()(const HostHeader& condition) const {
    const auto key = parent + ".host_header";
    patterns(condition.patterns, key, key + ".regex");
    const auto& globs = condition.patterns.globs;
    for (std::size_t i = 0; i < globs.size(); ++i) host(indexed(key, i), globs[i]);
  }
  void operator()(const HttpHeader& condition) const {
    const auto key = parent + ".http_header";
    patterns(condition.patterns, key + ".values", key + ".regex");
    if (!is_field_name(condition.name) || condition.name.size() > longest_name)
      findings.add(key + ".name", quoted(condition.name) + " is not a header name of at most 40 characters");
    if (equal_ignoring_case(condition.name, "Host")) findings.add(key + ".name", "for Host, use host_header");
  }
  void operator()(const HttpRequestMethod& condition) const {
    const auto key = parent + ".http_request_method";
    values(key, condition.methods);
    for (std::size_t i = 0; i < condition.methods.size(); ++i) method(indexed(key, i), condition.methods[i]);
  }
  void operator()(const QueryString& condition) const {
    const auto key = parent + ".query_string";
    if (condition.parameters.empty()) findings.add(key, "has no values");
    for (std::size_t i = 0; i < condition.parameters.size(); ++i) {
      const auto& parameter = condition.parameters[i];
      length(indexed(key, i) + ".key", parameter.key.value_or(""));
      length(indexed(key, i) + (parameter.key ? ".value" : ""), parameter.value);
    }
  }
  void operator()(const SourceIp& condition) const {
    if (condition.ranges.empty()) findings.add(parent + ".source_ip", "has no values");
  }
  void operator()(const Cookie& condition) const {
    const auto key = parent + ".cookie";
    patterns(condition.patterns, key + ".values", key + ".regex");
    if (!is_field_name(condition.name) || condition.name.size() > longest_value)
      findings.add(key + ".name", quoted(condition.name) + " is not a cookie name of at most 128 characters");
  }
  void operator()(const Share& condition) const { length(parent + ".share.salt", condition.salt); }
};

// ANDing two of the others is nearly always meant as an OR.
bool may_come_again(const Condition& condition) {
  return std::holds_alternative<HttpHeader>(condition) || std::holds_alternative<QueryString>(condition) ||
         std::holds_alternative<Cookie>(condition) || std::holds_alternative<Share>(condition);
}

}  // namespace

void check_conditions(const std::vector<Condition>& conditions, const std::string& key, Findings& findings) {
  std::map<std::size_t, int> kinds;
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    const auto at = indexed(key + ".conditions", i);
    std::visit(ConditionCheck{at, findings}, conditions[i]);
    if (++kinds[conditions[i].index()] == 2 && !may_come_again(conditions[i]))
      findings.add(at, "is the second of its kind; put all values into one, they are ORed");
  }
}

void check_conditions(const Rule& rule, const std::string& key, Findings& findings) {
  if (rule.conditions.empty())
    findings.add(key + ".conditions", "has no conditions; `default` answers the rest");
  check_conditions(rule.conditions, key, findings);
}

}  // namespace sluice::config
