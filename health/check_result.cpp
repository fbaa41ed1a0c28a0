#include "health/check_result.h"

namespace sluice {

std::string_view to_string(CheckResult::Kind kind) noexcept {
  static constexpr std::array<std::string_view, CheckResult::kinds.size()> words{"passed", "mismatch",
                                                                                 "timeout", "failed"};
  return words[static_cast<std::size_t>(kind)];
}

std::string_view reason_of(CheckResult::Kind kind) noexcept {
  static constexpr std::array<std::string_view, CheckResult::kinds.size()> codes{
      "", "Target.ResponseCodeMismatch", "Target.Timeout", "Target.FailedHealthChecks"};
  return codes[static_cast<std::size_t>(kind)];
}

}  // namespace sluice
