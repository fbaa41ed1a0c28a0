#include "routing/retry_policy.h"

#include <algorithm>
#include <array>

namespace sluice {
namespace {

constexpr std::array<std::string_view, 6> idempotent{"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"};

}  // namespace

bool is_idempotent(std::string_view method) noexcept {
  return std::ranges::find(idempotent, method) != idempotent.end();
}

bool may_retry(const FailedAttempt& failed, const RetryState& state, std::string_view method,
               bool replayable) noexcept {
  if (failed.response_begun) return false;
  if (!failed.request_sent)
    return (replayable || !failed.body_begun) && state.connect_failures + 1 < most_connects;
  return failed.from_idle && !state.replaced_idle && replayable && is_idempotent(method);
}

}  // namespace sluice
