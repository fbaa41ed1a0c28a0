#include "proxy/pipeline.h"

#include "proxy/admission.h"
#include "proxy/fault.h"
#include "proxy/forward.h"
#include "proxy/limit_rate.h"
#include "proxy/mirror.h"
#include "proxy/outcome.h"
#include "proxy/respond.h"
#include "proxy/worker.h"

namespace sluice {
Awaitable<> handle(Worker& worker, Exchange& x) {
  stamp(worker, x);
  if (const auto refusal = settle_path(x); refusal.code != ErrorCode::none) {
    co_await respond_error(x, refusal.code, refusal.reason);
    co_return record(worker, x);
  }
  if (answers_health(x)) {
    co_await respond_health(x, worker.ready());
    co_return record(worker, x);
  }
  if (worker.is_overloaded()) {
    x.retry_after = std::chrono::seconds(1);
    co_await respond_error(x, ErrorCode::overloaded);
    co_return record(worker, x);
  }
  if (const auto refusal = admit(x); refusal.code != ErrorCode::none) {
    co_await respond_error(x, refusal.code, refusal.reason);
    co_return record(worker, x);
  }
  if (const auto refusal = limit_listener(worker, x); refusal.code != ErrorCode::none) {
    co_await respond_error(x, refusal.code, refusal.reason);
    co_return record(worker, x);
  }
  x.rule = &x.listener->rules->find(x.request, *x.visitor);
  if (const auto refusal = limit_rule(worker, x); refusal.code != ErrorCode::none) {
    co_await respond_error(x, refusal.code, refusal.reason);
    co_return record(worker, x);
  }
  if (x.rule->fault) {
    const auto injected = co_await inject_fault(worker, x);
    if (injected == Injected::an_end) co_return record(worker, x);
  }
  if (const auto* fixed = std::get_if<FixedResponse>(&x.rule->action)) {
    co_await respond_fixed(x, *fixed);
    co_return record(worker, x);
  }
  if (const auto* redirect = std::get_if<Redirect>(&x.rule->action)) {
    co_await respond_redirect(x, *redirect);
    co_return record(worker, x);
  }
  if (const auto refusal = rewrite(x); refusal.code != ErrorCode::none) {
    co_await respond_error(x, refusal.code, refusal.reason);
    co_return record(worker, x);
  }
  x.service = x.snapshot->snapshot().services[std::get<Forward>(x.rule->action).service].get();
  x.assignment = assign(*x.service, *x.visitor);
  count_assignment(worker, x);
  x.copied = choose_mirror(worker, x);
  co_await forward(worker, x);
  send_mirror(worker, x);
  record(worker, x);
}

Awaitable<> refuse(Worker& worker, Exchange& x, ErrorCode code, std::string_view reason) {
  stamp(worker, x);
  co_await respond_error(x, code, reason);
  record(worker, x);
}

}  // namespace sluice
