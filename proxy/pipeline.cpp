#include "proxy/pipeline.h"

#include "proxy/admission.h"
#include "proxy/attempt.h"
#include "proxy/outcome.h"
#include "proxy/respond.h"
#include "proxy/worker.h"

namespace sluice {
namespace {

// Picks a target, tries it, and goes on to the next while that does no harm.
Awaitable<> forward(Worker& worker, Exchange& x) {
  const auto& group = x.assignment.variant->group;
  const AttemptRoom room{worker.io(), worker.blocks(), worker.upstreams()};
  RetryState state;
  std::array<const Target*, most_connects> unreachable;
  auto connection = Connection::any;
  for (;;) {
    x.target = worker.view(group, x.at.started)
                   .pick({.random = worker.random().next(),
                          .panic = Panic::allowed,
                          .tried = {unreachable.data(), state.connect_failures}});
    if (!x.target) co_return co_await respond_error(x, ErrorCode::no_healthy_target);

    const auto result = co_await attempt(room, x, connection);
    count_attempt(worker, x, result.error);
    if (result.error == ErrorCode::none) co_return;

    const bool again = !x.head_sent && result.error != ErrorCode::draining &&
                       may_retry(result.failed, state, x.request.method, x.first_part.end);
    if (!again) co_return co_await respond_error(x, result.error, x.reason);
    if (result.failed.request_sent) {
      state.replaced_idle = true;
      connection = Connection::fresh;
    } else {
      unreachable[state.connect_failures++] = x.target;
    }
  }
}

}  // namespace

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
  if (const auto refusal = admit(x); refusal.code != ErrorCode::none) {
    co_await respond_error(x, refusal.code, refusal.reason);
    co_return record(worker, x);
  }
  x.rule = &x.listener->rules->find(x.request, *x.visitor);
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
  co_await forward(worker, x);
  record(worker, x);
}

Awaitable<> refuse(Worker& worker, Exchange& x, ErrorCode code, std::string_view reason) {
  stamp(worker, x);
  co_await respond_error(x, code, reason);
  record(worker, x);
}

}  // namespace sluice
