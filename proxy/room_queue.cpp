#include "proxy/room_queue.h"

#include <algorithm>
#include <boost/asio/post.hpp>

namespace sluice {

Awaitable<> RoomQueue::wait(const SlotRef& group) {
  Waiter waiter(wheel_, group);
  waiters_.push_back(waiter);
  waiter.expires_after(DeadlineWheel::tick);
  std::ignore = co_await waiter.wakeup.wait();
}

bool RoomQueue::is_awaited(const SlotRef& group) const noexcept {
  return std::ranges::any_of(waiters_, [&](const Waiter& waiter) { return waiter.group == group; });
}

// Whoever calls may stand in the middle of something that the waiter would change.
void RoomQueue::wake_one(const SlotRef& group) {
  if (waiters_.empty() || !is_awaited(group)) return;
  asio::post(io_, [this, group] {
    const auto first = std::ranges::find_if(waiters_, [&](const Waiter& waiter) { return waiter.group == group; });
    if (first == waiters_.end()) return;
    auto& waiter = *first;
    waiters_.erase(first);
    waiter.wakeup.notify(Wake::ready);
  });
}

}  // namespace sluice
