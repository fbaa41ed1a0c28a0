#include "proxy/forward.h"

#include "proxy/active_attempt.h"
#include "proxy/call_deadline.h"
#include "proxy/outcome.h"
#include "proxy/respond.h"
#include "proxy/tries.h"
#include "proxy/worker.h"

namespace sluice {
namespace {

// We ended it, since its time at a target that drains or a variant that was withdrawn is over. To the client that
// is an attempt that broke, like others: it may be tried elsewhere.
AttemptResult broken(Exchange& x, AttemptResult ended) noexcept {
  ended.error = ErrorCode::upstream_reset;
  if (ended.failed.how == Failure::other) ended.failed.how = Failure::reset;
  ended.failed.from_idle = false;
  x.reason = "the time that its target had to finish is over";
  return ended;
}

}  // namespace

Awaitable<> forward(Worker& worker, Exchange& x) {
  const AttemptRoom room{worker.io(), worker.blocks(), worker.upstreams()};
  Tries tries(worker, x);
  const CallDeadline call(worker.wheel(), x);
  for (;;) {
    if (const auto nowhere = tries.choose(); nowhere != ErrorCode::none)
      co_return co_await respond_error(x, nowhere);
    AttemptResult result;
    {
      const ActiveAttempt active(worker.active_attempts(), x);
      if (auto hedge = tries.hedge()) {
        result = co_await hedged_attempt(worker, x, tries.terms(), std::move(*hedge));
      } else {
        result = co_await attempt(room, x, tries.terms());
        count_attempt(worker, x, result);
      }
      if (result.answered()) co_return;
      if (active.was_withdrawn()) tries.leave_variant();
    }
    if (call.is_over() && result.error != ErrorCode::client_closed) co_return co_await respond_too_late(x);
    if (result.error == ErrorCode::draining && worker.phase() != Phase::draining) result = broken(x, result);
    const bool again = co_await tries.prepare_another(result);
    if (call.is_over()) co_return co_await respond_too_late(x);
    if (again) continue;
    // A response that was thrown away for another try, to which it did not come.
    if (result.error == ErrorCode::none) result.error = ErrorCode::upstream_bad_response;
    co_return co_await respond_error(x, result.error, x.reason);
  }
}

}  // namespace sluice
