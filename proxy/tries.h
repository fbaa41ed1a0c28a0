// The tries of one exchange: where each goes, whether a failed one may be followed by another, and when. The
// decisions are routing/retry_policy's; this keeps what they need to know.
#pragma once

#include <array>

#include "proxy/hedge.h"

namespace sluice {

class Worker;

class Tries final : public ResponseJudge {
 public:
  Tries(Worker& worker, Exchange& exchange);

  // Sets exchange.serving and exchange.target for the next try, and counts it in flight. A variant that can't take it
  // is charged with that, and where the policy goes to stable that serves in its stead.
  [[nodiscard]] ErrorCode choose();
  [[nodiscard]] AttemptTerms terms() noexcept;
  // After a failed try: whether there is to be another, once the budget and the back-off allow it.
  [[nodiscard]] Awaitable<bool> prepare_another(AttemptResult failed);

  // Its variant was withdrawn meanwhile: whatever comes next goes to the stable one.
  void leave_variant() noexcept { next_to_ = RetryTo::stable; }

  // A second try beside the next one; none unless the policy has it and the request may be repeated.
  [[nodiscard]] std::optional<Hedge> hedge();

  // ResponseJudge: true only if another try may begin at once; waits for its turn, within the budget.
  [[nodiscard]] bool asks(std::uint16_t status) const override { return sluice::rejects(policy_, status); }
  [[nodiscard]] Awaitable<bool> rejects(std::uint16_t status) override;

 private:
  static constexpr std::size_t most_tried = 10;  // RetryPolicy::attempts at most

  [[nodiscard]] ErrorCode choose_once();
  [[nodiscard]] NextTry next(const FailedAttempt& failed) const noexcept;
  [[nodiscard]] Replay replay() const noexcept;
  [[nodiscard]] std::uint64_t bytes_to_keep() const noexcept;
  [[nodiscard]] bool take_token() noexcept;
  [[nodiscard]] Awaitable<bool> wait_for_token();
  // False if the exchange is not to go on.
  [[nodiscard]] Awaitable<bool> back_off();

  Worker& worker_;
  Exchange& x_;
  const RetryPolicy& policy_;
  RetryState state_;
  Connection connection_ = Connection::any;
  RetryTo to_ = RetryTo::variant;
  RetryTo next_to_;  // of a second try
  std::array<const Target*, most_tried> tried_;
  std::size_t tried_count_ = 0;
  Counted at_target_, in_group_, retrying_;
  bool has_token_ = false;
};

}  // namespace sluice
