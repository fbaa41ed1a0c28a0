#include "health/health_check.h"

#include <algorithm>

namespace sluice {

bool matches(const std::vector<CodeRange>& matcher, int code) noexcept {
  return std::ranges::any_of(
      matcher, [code](const CodeRange& range) { return range.low <= code && code <= range.high; });
}

}  // namespace sluice
