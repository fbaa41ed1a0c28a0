#include "proxy/fault.h"

#include "proxy/pause.h"
#include "proxy/respond.h"
#include "proxy/worker.h"

namespace sluice {

Awaitable<Injected> inject_fault(Worker& worker, Exchange& x) {
  const auto& fault = *x.rule->fault;
  const auto& slot = x.rule->slot;
  // Both are drawn for each request, so that each share is exact.
  const bool delayed = fault.delay.falls(worker.sequences());
  const bool aborted = fault.abort.falls(worker.sequences());
  if (delayed) {
    add(worker.metrics().rules.at(slot).delayed);
    Pause pause(worker.wheel(), x);
    const auto woken = co_await pause.wait(fault.duration);
    if (woken == Wake::cancelled) {
      co_await respond_error(x, ErrorCode::client_closed);
      co_return Injected::an_end;
    }
  }
  if (!aborted) co_return Injected::nothing;
  add(worker.metrics().rules.at(slot).aborted);
  co_await respond_fault(x, fault.status);
  co_return Injected::an_end;
}

}  // namespace sluice
