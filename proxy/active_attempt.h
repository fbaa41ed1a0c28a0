// An attempt that goes on, in its worker's list, so that what drains can be ended when its time has come: the
// exchanges of a target that is drained or gone, and those of a variant that was withdrawn.
#pragma once

#include <boost/intrusive/list.hpp>
#include <utility>

#include "proxy/exchange.h"

namespace sluice {

class ActiveAttempt
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  using List = boost::intrusive::list<ActiveAttempt, boost::intrusive::constant_time_size<false>>;

  ActiveAttempt(List& list, Exchange& exchange) : exchange_(exchange) { list.push_back(*this); }
  ActiveAttempt(const ActiveAttempt&) = delete;
  ActiveAttempt& operator=(const ActiveAttempt&) = delete;

  [[nodiscard]] const SlotRef& variant() const noexcept { return exchange_.serving->slot; }
  // Its variant was withdrawn: it has until then, unless it was told so before.
  void end_by(Clock::time_point when) noexcept {
    if (!std::exchange(was_withdrawn_, true)) ends_by_ = when;
  }
  [[nodiscard]] bool was_withdrawn() const noexcept { return was_withdrawn_; }
  [[nodiscard]] bool is_over(Clock::time_point now) const noexcept {
    const auto drain_by = TargetState::load(exchange_.target->state->drain_by);
    return now >= ends_by_ || (drain_by != Clock::time_point{} && now >= drain_by);
  }
  // Its client has begun to get the answer.
  [[nodiscard]] bool is_answering() const noexcept { return exchange_.head_sent; }
  // Only testers may begin to use a variant that was withdrawn.
  [[nodiscard]] bool is_testers() const noexcept {
    return exchange_.assignment.by == ChosenBy::override_header;
  }
  // May be the end of this. Nothing happens while it connects: it will be asked again.
  void end() {
    if (!exchange_.upstream) return;
    ends_by_ = Clock::time_point::max();
    exchange_.end_upstream();
  }

 private:
  Exchange& exchange_;
  Clock::time_point ends_by_ = Clock::time_point::max();
  bool was_withdrawn_ = false;
};

}  // namespace sluice
