#include "control/read_condition.h"

#include "control/address.h"
#include "control/scalars.h"
#include "control/strategy_scalars.h"

namespace sluice::config {
namespace {

void read_regexes(const Value& value, LetterCase letters, std::vector<Regex>& into) {
  const auto parse = [letters](std::string_view text) -> Result<Regex, std::string> {
    if (text.empty()) return failure(std::string("must not be empty"));
    return Regex::compile(text, letters);
  };
  std::vector<std::optional<Regex>> read;
  value.read_list(read, parse);
  for (auto& regex : read)
    if (regex) into.push_back(*std::move(regex));
}

// [GLOB, …], or { regex: [REGEX, …] }.
Patterns read_patterns(const Value& value, LetterCase letters) {
  Patterns result;
  if (!value.is_mapping()) value.read_list(result.globs, some_text);
  if (value.is_mapping() || value.lists_keys()) {
    value.mapping([&](Mapping& forms) {
      forms.require("regex");
      if (const auto regexes = forms.find("regex")) read_regexes(*regexes, letters, result.regexes);
    });
  }
  return result;
}

// Of what has a name too: `values: [GLOB, …]`, or `regex: [REGEX, …]`.
Patterns read_named_patterns(Mapping& mapping, LetterCase letters) {
  Patterns result;
  if (!mapping.has("regex")) mapping.require("values");
  if (mapping.has("regex") && mapping.has("values"))
    mapping.problem("has `values` and `regex`; write one of them");
  if (const auto values = mapping.find("values")) values->read_list(result.globs, any_text);
  if (const auto regexes = mapping.find("regex")) read_regexes(*regexes, letters, result.regexes);
  return result;
}

HttpHeader read_http_header(Mapping& header) {
  HttpHeader result;
  header.require("name", result.name, some_text);
  result.patterns = read_named_patterns(header, LetterCase::insensitive);
  return result;
}

Cookie read_cookie(Mapping& cookie) {
  Cookie result;
  cookie.require("name", result.name, some_text);
  result.patterns = read_named_patterns(cookie, LetterCase::sensitive);
  return result;
}

// VALUE, or { key: KEY, value: VALUE }.
QueryParameter read_query_parameter(const Value& value) {
  QueryParameter result;
  if (!value.is_mapping()) value.read(result.value, some_text);
  if (value.is_mapping() || value.lists_keys()) {
    value.mapping([&](Mapping& parameter) {
      parameter.read("key", result.key, some_text);
      parameter.require("value", result.value, any_text);
    });
  }
  return result;
}

QueryString read_query_string(const Value& value) {
  QueryString result;
  value.each([&](const Value& element) { result.parameters.push_back(read_query_parameter(element)); });
  return result;
}

// 5%, or { percent: 5%, salt: SALT }.
Share read_share(const Value& value) {
  Share result;
  if (!value.is_mapping()) value.read(result.percent, some_percent);
  if (value.is_mapping() || value.lists_keys()) {
    value.mapping([&](Mapping& share) {
      share.require("percent", result.percent, some_percent);
      share.read("salt", result.salt, some_text);
    });
  }
  return result;
}

}  // namespace

void read_condition(Mapping& mapping, std::vector<Condition>& into) {
  if (const auto value = mapping.find("path_pattern"))
    into.emplace_back(PathPattern{read_patterns(*value, LetterCase::sensitive)});
  if (const auto value = mapping.find("host_header"))
    into.emplace_back(HostHeader{read_patterns(*value, LetterCase::insensitive)});
  mapping.section("http_header", [&](Mapping& header) { into.emplace_back(read_http_header(header)); });
  if (const auto value = mapping.find("http_request_method"))
    value->read_list(std::get<HttpRequestMethod>(into.emplace_back(HttpRequestMethod{})).methods, some_text);
  if (const auto value = mapping.find("query_string")) into.emplace_back(read_query_string(*value));
  if (const auto value = mapping.find("source_ip"))
    value->read_list(std::get<SourceIp>(into.emplace_back(SourceIp{})).ranges, parse_range);
  mapping.section("cookie", [&](Mapping& cookie) { into.emplace_back(read_cookie(cookie)); });
  if (const auto value = mapping.find("share")) into.emplace_back(read_share(*value));
  if (mapping.size() != 1) mapping.problem("needs exactly one condition; write each as its own element");
}

}  // namespace sluice::config
