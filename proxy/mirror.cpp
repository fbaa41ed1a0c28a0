#include "proxy/mirror.h"

#include <boost/asio/detached.hpp>

#include "proxy/attempt.h"
#include "proxy/exchange_copy.h"
#include "proxy/serving.h"
#include "proxy/worker.h"

namespace sluice {
namespace {

constexpr std::uint32_t most_at_once = 100;  // of a worker; more are dropped

struct Mirrored final : ExchangeCopy {
  Mirrored(Worker& worker, const Exchange& from, const BodyPart& body) : ExchangeCopy(worker, from, body) {
    auto& x = exchange();
    hears_no_more();
    x.copied = Copied::mirror;
    x.assignment.variant = x.serving = &from.service->variants[from.service->mirror->to];
  }
};

MirrorResult compare(const AttemptResult& result, std::uint16_t answered, std::uint16_t mirrored) noexcept {
  if (result.error != ErrorCode::none) return MirrorResult::failed;
  return mirrored == answered ? MirrorResult::same_status : MirrorResult::other_status;
}

void count(Worker& worker, const Exchange& x, MirrorResult result) {
  add(worker.metrics().services.at(x.service->slot).mirrored[static_cast<std::size_t>(result)]);
}

Awaitable<AttemptResult> try_mirror(Worker& worker, Exchange& x) {
  const auto& group = *x.serving->group;
  const Counted in_group(group.state->requests), at_target(x.target->state->in_flight);
  const AttemptRoom room{worker.io(), worker.blocks(), worker.upstreams()};
  const AttemptTerms terms{.patience = group.limits.response_timeout};
  if (in_group.before() >= group.capacity.requests)
    co_return AttemptResult{.error = ErrorCode::target_group_full, .failed = {}};
  co_return co_await attempt(room, x, terms);
}

Awaitable<> run(Worker& worker, std::unique_ptr<Mirrored> self, std::uint16_t answered) {
  auto& x = self->exchange();
  x.target = pick_target(worker, x, *x.serving, Clock::now(), {});
  AttemptResult result{.error = ErrorCode::no_healthy_target, .failed = {}};
  if (x.target) result = co_await try_mirror(worker, x);
  count(worker, x, compare(result, answered, x.status));
  self.reset();
  worker.change_mirrors(-1);
  worker.something_ended();
}

// All of the request's body, if it is at hand.
std::optional<BodyPart> whole_body(const Exchange& x) {
  if (x.first_part.end) return x.first_part;
  if (!x.kept_body.is_whole() || !x.kept_body.part().end) return {};
  return x.kept_body.part();
}

}  // namespace

Copied choose_mirror(Worker& worker, const Exchange& x) {
  const auto* policy = x.service->mirror.get();
  if (!policy || !x.upgrade.empty() || x.assignment.variant == &x.service->variants[policy->to])
    return Copied::no;
  return worker.sequences().next(policy->decision) < policy->width ? Copied::to_be : Copied::no;
}

void send_mirror(Worker& worker, const Exchange& x) {
  if (x.copied != Copied::to_be || x.status == 0) return;
  const auto body = whole_body(x);
  if (!body || body->bytes > x.service->mirror->body || worker.mirrors() >= most_at_once ||
      worker.phase() != Phase::serving)
    return count(worker, x, MirrorResult::dropped);
  worker.change_mirrors(+1);
  asio::co_spawn(worker.io().get_executor(),
                 run(worker, std::make_unique<Mirrored>(worker, x, *body), x.status), asio::detached);
}

}  // namespace sluice
