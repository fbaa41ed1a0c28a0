#include "proxy/forward.h"

#include "proxy/active_attempt.h"
#include "proxy/outcome.h"
#include "proxy/respond.h"
#include "proxy/tries.h"
#include "proxy/worker.h"

namespace sluice {
namespace {

Awaitable<AttemptResult> try_once(Worker& worker, Exchange& x, Tries& tries) {
  const ActiveAttempt active(worker.active_attempts(), x);
  if (auto hedge = tries.hedge())
    co_return co_await hedged_attempt(worker, x, tries.terms(), std::move(*hedge));
  const AttemptRoom room{worker.io(), worker.blocks(), worker.upstreams()};
  const auto result = co_await attempt(room, x, tries.terms());
  count_attempt(worker, x, result);
  co_return result;
}

}  // namespace

Awaitable<> forward(Worker& worker, Exchange& x) {
  Tries tries(worker, x);
  for (;;) {
    if (const auto nowhere = tries.choose(); nowhere != ErrorCode::none)
      co_return co_await respond_error(x, nowhere);
    const auto result = co_await try_once(worker, x, tries);
    if (result.answered()) co_return;
    const bool again = co_await tries.prepare_another(result);
    if (!again) co_return co_await respond_error(x, result.error, x.reason);
  }
}

}  // namespace sluice
