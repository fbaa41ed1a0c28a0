#include "proxy/tries.h"

#include <algorithm>

#include "proxy/pause.h"
#include "proxy/serving.h"
#include "proxy/worker.h"

namespace sluice {
namespace {

constexpr std::chrono::milliseconds longest_wait{1'000};  // for a token of the budget
constexpr std::chrono::milliseconds longest_back_off{1'000};

// Exchanges in flight at any variant of the service.
std::uint64_t active(const Service& service) noexcept {
  std::uint64_t sum = 0;
  for (const auto& variant : service.variants)
    sum += variant.group->state->requests.load(std::memory_order_relaxed);
  return sum;
}

}  // namespace

Tries::Tries(Worker& worker, Exchange& exchange)
    : worker_(worker), x_(exchange), policy_(exchange.service->retry), next_to_(policy_.to) {}

ErrorCode Tries::choose() {
  const auto nowhere = choose_once();
  if (nowhere == ErrorCode::none || x_.attempts != 0) return nowhere;
  charge_for_no_target(worker_, x_);
  if (next_to_ != RetryTo::stable || x_.serving == &stable_of(*x_.service)) return nowhere;
  to_ = RetryTo::stable;
  return choose_once();
}

ErrorCode Tries::choose_once() {
  at_target_ = {};
  if (connection_ == Connection::fresh) {  // the same target once more
    at_target_ = Counted(x_.target->state->in_flight);
    return ErrorCode::none;
  }
  const auto now = state_.attempts == 0 ? x_.at.started : Clock::now();
  const auto& variant = serving_variant(worker_, x_, to_, now);
  if (x_.serving != &variant) {
    in_group_ = Counted(variant.group->state->requests);
    x_.serving = &variant;
    x_.in_flight = awaited(*variant.group, in_group_.before()) + 1;
  }
  if (const auto limit = reached(*variant.group, in_group_.before())) {
    worker_.metrics().groups.at(variant.group->slot).refuse(*limit);
    return ErrorCode::target_group_full;
  }
  x_.target = pick_target(worker_, x_, variant, now, {tried_.data(), tried_count_});
  if (!x_.target) return ErrorCode::no_healthy_target;
  at_target_ = Counted(x_.target->state->in_flight);
  return ErrorCode::none;
}

// How much of the body is kept, for other tries or for a mirror.
std::uint64_t Tries::bytes_to_keep() const noexcept {
  const auto for_tries = policy_.attempts > 1 ? policy_.buffer : 0;
  return x_.copied == Copied::to_be ? std::max(for_tries, x_.service->mirror->body) : for_tries;
}

AttemptTerms Tries::terms() noexcept {
  const auto own = policy_.per_try_timeout;
  const auto group = x_.serving->group->limits.response_timeout;
  return {.connection = connection_,
          .patience = own.count() != 0 && own < group ? own : group,
          .keep = bytes_to_keep(),
          .judge = this};
}

std::optional<Hedge> Tries::hedge() {
  if (policy_.hedge_after.count() == 0 || !x_.first_part.end || !x_.upgrade.empty() || !replay().idempotent)
    return {};
  return Hedge{.after = policy_.hedge_after, .may_begin = [this] { return take_token(); }};
}

Replay Tries::replay() const noexcept {
  return {.idempotent = is_idempotent(x_.request.method),
          .whole = x_.first_part.end || x_.kept_body.is_whole()};
}

NextTry Tries::next(const FailedAttempt& failed) const noexcept {
  return x_.head_sent ? NextTry::none : next_try(policy_, failed, state_, replay());
}

bool Tries::take_token() noexcept {
  if (has_token_) return true;
  Counted token(x_.service->state->retrying);
  if (token.before() >= retries_at_once(policy_, active(*x_.service))) return false;
  retrying_ = std::move(token);
  return has_token_ = true;
}

Awaitable<bool> Tries::rejects(std::uint16_t status) {
  const FailedAttempt failed{.how = Failure::status, .status = status};
  auto after = state_;
  ++after.attempts;
  if (next_try(policy_, failed, after, replay()) == NextTry::none) co_return false;
  const bool allowed = co_await wait_for_token();
  // Meanwhile more of the body may have come than is kept.
  const bool may_follow = next_try(policy_, failed, after, replay()) != NextTry::none;
  co_return allowed&& may_follow;
}

Awaitable<bool> Tries::prepare_another(AttemptResult result) {
  if (result.error == ErrorCode::draining) co_return false;
  if (result.error == ErrorCode::target_group_full) {  // no other target of the group can help
    if (next_to_ != RetryTo::stable || x_.serving == &stable_of(*x_.service)) co_return false;
    result.failed.how = Failure::connect;
  }
  const auto what = [&] {
    const bool dead = result.failed.how == Failure::reset && result.failed.from_idle && !state_.replaced_idle;
    if (!dead) ++state_.attempts;
    return next(result.failed);
  }();
  if (what == NextTry::none) co_return false;
  if (!x_.first_part.end && x_.kept_body.is_whole()) x_.first_part = x_.kept_body.part();
  if (what == NextTry::same_target) {
    state_.replaced_idle = true;
    connection_ = Connection::fresh;
    co_return true;
  }
  connection_ = Connection::any;
  to_ = next_to_;
  if (tried_count_ < tried_.size()) tried_[tried_count_++] = x_.target;
  at_target_ = {};
  const bool allowed = co_await wait_for_token();
  if (!allowed || state_.attempts < 2) co_return allowed;
  co_return co_await back_off();
}

// More fail at once than may be tried again at once when a target dies: the others wait for their turn.
Awaitable<bool> Tries::wait_for_token() {
  const auto give_up = Clock::now() + longest_wait;
  while (!take_token()) {
    if (Clock::now() >= give_up || worker_.phase() == Phase::draining) co_return false;
    Pause pause(worker_.wheel(), x_);
    const auto woken = co_await pause.wait(DeadlineWheel::tick);
    if (woken == Wake::cancelled) co_return false;
  }
  co_return true;
}

// Full jitter, doubled with each try: whoever failed together does not come again together.
Awaitable<bool> Tries::back_off() {
  const auto most =
      std::min<Clock::duration>(DeadlineWheel::tick * (1u << (state_.attempts - 2)), longest_back_off);
  const auto part = worker_.random().next() % static_cast<std::uint64_t>(most.count());
  Pause pause(worker_.wheel(), x_);
  const auto woken = co_await pause.wait(Clock::duration(part));
  co_return woken != Wake::cancelled;
}

}  // namespace sluice
