#include "routing/condition.h"

#include <algorithm>

#include "routing/glob.h"

namespace sluice {
namespace {

bool any_glob(const std::vector<std::string>& globs, std::string_view text, LetterCase letters) noexcept {
  return std::ranges::any_of(globs, [&](const auto& glob) { return glob_matches(glob, text, letters); });
}

struct Matcher {
  const RequestHead& head;

  bool operator()(const PathPattern& c) const noexcept {
    return any_glob(c.globs, head.path, LetterCase::sensitive);
  }
  bool operator()(const HostHeader& c) const noexcept {
    return any_glob(c.globs, host_without_port(head.authority), LetterCase::insensitive);
  }
  bool operator()(const HttpHeader& c) const noexcept {
    return std::ranges::any_of(head.fields, [&](const Field& field) {
      return equal_ignoring_case(field.name, c.name) &&
             any_glob(c.globs, field.value, LetterCase::insensitive);
    });
  }
  bool operator()(const HttpRequestMethod& c) const noexcept {
    return std::ranges::find(c.methods, head.method) != c.methods.end();
  }
};

}  // namespace

bool matches(const Condition& condition, const RequestHead& head) noexcept {
  return std::visit(Matcher{head}, condition);
}

}  // namespace sluice
