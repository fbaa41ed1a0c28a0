#include "routing/retry_policy.h"

#include <algorithm>
#include <array>

namespace sluice {
namespace {

constexpr std::array<std::string_view, 6> idempotent{"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"};
constexpr std::uint32_t least_budget = 3;

bool names(const RetryPolicy& policy, const RetryOn& on) noexcept {
  return std::ranges::find(policy.on, on) != policy.on.end();
}

// What the policy wants to try again, whether or not it may.
bool wants(const RetryPolicy& policy, const FailedAttempt& failed) noexcept {
  switch (failed.how) {
    case Failure::connect:
      return names(policy, RetryEvent::connect);
    case Failure::refused:
      return names(policy, RetryEvent::refused);
    case Failure::reset:
      return names(policy, RetryEvent::reset);
    case Failure::timeout:
      return names(policy, RetryEvent::timeout);
    case Failure::status:
      return names(policy, failed.status);
    case Failure::other:
      break;
  }
  return false;
}

bool was_processed(const FailedAttempt& failed) noexcept {
  return failed.how != Failure::connect && failed.how != Failure::refused;
}

}  // namespace

RetryPolicy harmless_retries() {
  RetryPolicy policy;
  policy.attempts = 3;
  policy.on = {RetryEvent::connect, RetryEvent::refused};
  policy.buffer = 0;
  return policy;
}

bool is_idempotent(std::string_view method) noexcept {
  return std::ranges::find(idempotent, method) != idempotent.end();
}

bool rejects(const RetryPolicy& policy, int status) noexcept {
  return status >= 400 && names(policy, status);
}

std::uint32_t retries_at_once(const RetryPolicy& policy, std::uint64_t active) noexcept {
  const auto share = active * policy.budget.millionths / (100 * Weight::unit);
  return std::max(least_budget, static_cast<std::uint32_t>(share));
}

NextTry next_try(const RetryPolicy& policy, const FailedAttempt& failed, const RetryState& state,
                 Replay replay) noexcept {
  if (!replay.whole) return NextTry::none;
  if (was_processed(failed) && !replay.idempotent) return NextTry::none;
  const bool dead_idle = failed.how == Failure::reset && failed.from_idle;
  if (dead_idle && !state.replaced_idle) return NextTry::same_target;
  return wants(policy, failed) && state.attempts < policy.attempts ? NextTry::another : NextTry::none;
}

}  // namespace sluice
