#include "control/load_config.h"

#include <algorithm>
#include <tuple>

#include "control/config_check.h"

namespace sluice {
namespace {

// Whether `inner` lies in the part of the document that `outer` names ("listeners[0]" holds
// "listeners[0].address").
bool holds(std::string_view outer, std::string_view inner) {
  if (!inner.starts_with(outer)) return false;
  return outer.empty() || inner.size() == outer.size() || inner[outer.size()] == '.' ||
         inner[outer.size()] == '[';
}

}  // namespace

ParsedConfig load_config(const std::string& path) {
  auto parsed = read_config(path);
  const auto misread = parsed.problems;
  for (auto& found : check_config(parsed.config)) {
    const bool follows = std::ranges::any_of(misread, [&](const config::Problem& problem) {
      return holds(problem.key, found.key) || holds(found.key, problem.key);
    });
    if (!follows) parsed.problems.push_back(std::move(found));
  }
  std::ranges::stable_sort(parsed.problems, {},
                           [](const config::Problem& p) { return std::tuple(p.mark.line, p.mark.column); });
  return parsed;
}

}  // namespace sluice
