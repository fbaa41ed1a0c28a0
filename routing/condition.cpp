#include "routing/condition.h"

#include <algorithm>

#include "routing/cookies.h"

namespace sluice {
namespace {

bool fits(const QueryParameter& wanted, std::string_view parameter) noexcept {
  const auto equals = parameter.find('=');
  const auto key = parameter.substr(0, equals);
  const auto value = equals == std::string_view::npos ? std::string_view() : parameter.substr(equals + 1);
  return (!wanted.key || glob_matches(*wanted.key, key, LetterCase::insensitive)) &&
         glob_matches(wanted.value, value, LetterCase::insensitive);
}

struct Matcher {
  const RequestHead& head;
  SharePoints& points;

  bool operator()(const PathPattern& c) const noexcept {
    return c.patterns.fit(head.path, LetterCase::sensitive);
  }
  bool operator()(const HostHeader& c) const noexcept {
    return c.patterns.fit(host_without_port(head.authority), LetterCase::insensitive);
  }
  bool operator()(const HttpHeader& c) const noexcept {
    return std::ranges::any_of(head.fields, [&](const Field& field) {
      return equal_ignoring_case(field.name, c.name) && c.patterns.fit(field.value, LetterCase::insensitive);
    });
  }
  bool operator()(const HttpRequestMethod& c) const noexcept {
    return std::ranges::find(c.methods, head.method) != c.methods.end();
  }
  bool operator()(const QueryString& c) const noexcept {
    for (auto rest = head.query; !rest.empty();) {
      const auto parameter = rest.substr(0, rest.find('&'));
      rest.remove_prefix(std::min(parameter.size() + 1, rest.size()));
      if (parameter.empty()) continue;
      if (std::ranges::any_of(c.parameters, [&](const auto& wanted) { return fits(wanted, parameter); }))
        return true;
    }
    return false;
  }
  bool operator()(const SourceIp& c) const noexcept {
    return contain(c.ranges, head.client);
  }
  bool operator()(const Cookie& c) const noexcept {
    CookieValues values(head.fields, c.name);
    while (const auto value = values.next())
      if (c.patterns.fit(*value, LetterCase::sensitive)) return true;
    return false;
  }
  bool operator()(const Share& c) const noexcept { return points.point(c) < c.width; }
};

struct Cost {
  static constexpr int regex = 10;  // dearer than all that has none

  static int of(const Patterns& patterns, int globs) {
    return patterns.regexes.empty() ? globs : globs + regex;
  }

  int operator()(const HttpRequestMethod&) const { return 0; }
  int operator()(const SourceIp&) const { return 1; }
  int operator()(const PathPattern& c) const { return of(c.patterns, 2); }
  int operator()(const HostHeader& c) const { return of(c.patterns, 3); }
  int operator()(const QueryString&) const { return 4; }
  int operator()(const HttpHeader& c) const { return of(c.patterns, 5); }
  int operator()(const Cookie& c) const { return of(c.patterns, 6); }
  int operator()(const Share&) const { return 100; }
};

}  // namespace

bool matches(const Condition& condition, const RequestHead& head, SharePoints& points) noexcept {
  return std::visit(Matcher{head, points}, condition);
}

void sort_cheap_first(std::vector<Condition>& conditions) {
  std::ranges::stable_sort(conditions, {}, [](const Condition& c) { return std::visit(Cost{}, c); });
}

}  // namespace sluice
