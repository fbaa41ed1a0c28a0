#include "proxy/hedge.h"

#include <boost/asio/detached.hpp>

#include "proxy/active_attempt.h"
#include "proxy/exchange_copy.h"
#include "proxy/outcome.h"
#include "proxy/serving.h"
#include "proxy/worker.h"

namespace sluice {
namespace {

enum class Runner : std::uint8_t { nobody, first, second };

// Shared by both, since the loser may outlive the exchange.
struct Race {
  Runner winner = Runner::nobody;
  Exchange* original = nullptr;  // null: it is over
  ExchangeCopy* copy = nullptr;  // null: it does not run
  bool begun = false;
  AttemptResult second;                    // once it has ended
  std::unique_ptr<ExchangeCopy> finished;  // of a second that has won
  Wakeup second_ended;
};

void copy_outcome(Exchange& to, const Exchange& from) {
  to.status = from.status;
  to.response.status = from.response.status;
  to.head_sent = from.head_sent;
  to.bytes_out += from.bytes_out;
  to.at.connected = from.at.connected;
  to.at.first_byte = from.at.first_byte;
  to.target = from.target;
}

class Judge final : public ResponseJudge {
 public:
  Judge(Race& race, Runner self, ResponseJudge* policy) : race_(race), self_(self), policy_(policy) {}

  [[nodiscard]] bool asks(std::uint16_t) const override { return true; }
  [[nodiscard]] Awaitable<bool> rejects(std::uint16_t status) override {
    if (is_decided()) co_return true;
    // While the first may yet do better, an error of the second is no answer.
    if (self_ == Runner::second && status >= 500) co_return true;
    if (policy_ && policy_->asks(status)) {
      const bool unwanted = co_await policy_->rejects(status);
      if (unwanted || is_decided()) co_return true;
    }
    race_.winner = self_;
    if (self_ == Runner::second)
      race_.original->end_upstream();
    else if (race_.copy)
      race_.copy->exchange().end_upstream();
    co_return false;
  }
  // Two may not write to the client at once, and its request is whole: it does not wait for a 100.
  [[nodiscard]] bool wants_interims() const noexcept override { return false; }
  [[nodiscard]] bool is_too_late() const noexcept override {
    return race_.original == nullptr || (race_.winner != Runner::nobody && race_.winner != self_);
  }

 private:
  [[nodiscard]] bool is_decided() const noexcept {
    return race_.winner != Runner::nobody || race_.original == nullptr;
  }

  Race& race_;
  Runner self_;
  ResponseJudge* policy_;  // null: rejects nothing itself
};

Awaitable<> run_second(Worker& worker, std::shared_ptr<Race> race, std::unique_ptr<ExchangeCopy> self,
                       Clock::duration patience) {
  auto& x = self->exchange();
  {
    const ActiveAttempt active(worker.active_attempts(), x);
    const Counted in_group(x.serving->group->state->requests), at_target(x.target->state->in_flight);
    const AttemptRoom room{worker.io(), worker.blocks(), worker.upstreams()};
    Judge judge(*race, Runner::second, nullptr);
    const AttemptTerms terms{.patience = patience, .judge = &judge};
    race->second = co_await attempt(room, x, terms);
    count_attempt(worker, x, race->second);
  }
  race->copy = nullptr;
  if (race->winner == Runner::second) {
    race->finished = std::move(self);
  } else {
    self.reset();
  }
  race->second_ended.notify(Wake::ready);
  worker.something_ended();
}

// Begins the second try when the time has come.
class Starter final : public Deadline {
 public:
  Starter(Worker& worker, Exchange& x, AttemptTerms terms, Hedge hedge, std::shared_ptr<Race> race)
      : Deadline(worker.wheel()),
        worker_(worker),
        x_(x),
        terms_(terms),
        hedge_(std::move(hedge)),
        race_(std::move(race)) {
    expires_after(hedge_.after);
  }

 private:
  void on_deadline() override {
    if (race_->winner != Runner::nobody || worker_.phase() == Phase::draining) return;
    const auto& group = *x_.serving->group;
    if (reached(group, TargetState::load(group.state->requests)) || !hedge_.may_begin()) return;
    const std::array<const Target*, 1> tried{x_.target};
    const auto* other = pick_target(worker_, x_, *x_.serving, Clock::now(), tried);
    if (!other || other == x_.target) return;
    auto copy = std::make_unique<ExchangeCopy>(worker_, x_, x_.first_part);
    auto& second = copy->exchange();
    second.downstream = x_.downstream;
    second.serving = x_.serving;
    second.target = other;
    second.attempts = x_.attempts;  // it is not the exchange's first
    race_->begun = true;
    add(worker_.metrics().groups.at(x_.serving->group->slot).hedges);
    race_->copy = copy.get();
    asio::co_spawn(worker_.io().get_executor(), run_second(worker_, race_, std::move(copy), terms_.patience),
                   asio::detached);
  }

  Worker& worker_;
  Exchange& x_;
  AttemptTerms terms_;
  Hedge hedge_;
  std::shared_ptr<Race> race_;
};

}  // namespace

Awaitable<AttemptResult> hedged_attempt(Worker& worker, Exchange& x, AttemptTerms terms, Hedge hedge) {
  auto race = std::make_shared<Race>();
  race->original = &x;
  Judge judge(*race, Runner::first, terms.judge);
  const AttemptRoom room{worker.io(), worker.blocks(), worker.upstreams()};
  AttemptResult result;
  {
    Starter starter(worker, x, terms, std::move(hedge), race);
    terms.judge = &judge;
    result = co_await attempt(room, x, terms);
    count_attempt(worker, x, result);
  }
  if (race->winner == Runner::second || (race->winner == Runner::nobody && !result.answered())) {
    while (race->copy) std::ignore = co_await race->second_ended.wait();
  }
  race->original = nullptr;
  if (race->copy) race->copy->hears_no_more();  // it may be connecting still
  if (race->begun) ++x.attempts;
  if (race->winner != Runner::second) co_return result;
  add(worker.metrics().groups.at(x.serving->group->slot).hedges_won);
  copy_outcome(x, race->finished->exchange());
  co_return race->second;
}

}  // namespace sluice
