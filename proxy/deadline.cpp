#include "proxy/deadline.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>

namespace sluice {

void Deadline::expires_at(Clock::time_point when) {
  when_ = when;
  wheel_.file(*this);
}

void Deadline::expires_after(Clock::duration delay) {
  expires_at(wheel_.now() + delay + DeadlineWheel::tick);
}

Awaitable<> DeadlineWheel::run() {
  for (;;) {
    timer_.expires_at(start_ + (tick_ + 1) * tick);
    const auto [error] = co_await timer_.async_wait(asio::as_tuple(use_awaitable));
    if (error) co_return;
    advance();
  }
}

// Files a deadline under the tick after it, at most one turn of the wheel ahead; one that is filed earlier
// can stay, since the wheel will look at it in time.
void DeadlineWheel::file(Deadline& deadline) {
  const auto from_start = std::max(deadline.when_ - start_, Clock::duration::zero());
  const auto due = static_cast<std::uint64_t>(from_start / tick) + 1;
  const auto wanted = std::clamp<std::uint64_t>(due, tick_ + 1, tick_ + slots - 1);
  if (deadline.is_linked() && deadline.filed_tick_ <= wanted) return;
  deadline.unlink();
  deadline.filed_tick_ = wanted;
  slots_[wanted % slots].push_back(deadline);
}

void DeadlineWheel::advance() {
  now_ = Clock::now();
  last_tick_.store(now_, std::memory_order_relaxed);
  const auto reached = static_cast<std::uint64_t>((now_ - start_) / tick);
  // After a long stall each slot still has to be looked at but once.
  if (reached > tick_ + slots) tick_ = reached - slots;
  while (tick_ < reached) look_at(slots_[++tick_ % slots]);
}

void DeadlineWheel::look_at(Slot& slot) {
  Slot due;
  due.swap(slot);
  while (!due.empty()) {
    auto& deadline = due.front();
    due.pop_front();
    if (deadline.when_ == Clock::time_point::max()) continue;
    if (deadline.when_ > now_)
      file(deadline);
    else
      ring(deadline);
  }
}

void DeadlineWheel::ring_all() {
  Slot all;
  for (auto& slot : slots_) all.splice(all.end(), slot);
  while (!all.empty()) {
    auto& deadline = all.front();
    all.pop_front();
    if (deadline.when_ != Clock::time_point::max()) ring(deadline);
  }
}

void DeadlineWheel::ring(Deadline& deadline) {
  deadline.never();
  deadline.on_deadline();
}

}  // namespace sluice
