#include "proxy/limit_rate.h"

#include "proxy/worker.h"
#include "routing/rate_key.h"
#include "routing/rate_table.h"

namespace sluice {
namespace {

// Whether the request passes; if not, the exchange knows how long to wait.
bool take(const RateLimit& limit, Exchange& x) {
  const auto key = rate_key(limit, x.snapshot->snapshot(), *x.visitor);
  const auto wait = limit.gcra.take(limit.budgets->budget(key, x.at.started), x.at.started);
  if (wait.count() == 0) return true;
  x.retry_after = std::chrono::ceil<std::chrono::seconds>(wait);
  return false;
}

}  // namespace

Refusal limit_listener(Worker& worker, Exchange& x) {
  const auto* limit = x.listener->rate_limit.get();
  if (!limit || take(*limit, x)) return {};
  add(worker.metrics().listeners.at(x.listener->slot).rate_limited);
  return {ErrorCode::rate_limited, "over the listener's rate_limit"};
}

Refusal limit_rule(Worker& worker, Exchange& x) {
  const auto* limit = x.rule->rate_limit.get();
  if (!limit || take(*limit, x)) return {};
  add(worker.metrics().rules.at(x.rule->slot).rate_limited);
  return {ErrorCode::rate_limited, "over the rule's rate_limit"};
}

}  // namespace sluice
