// Exchanges of one worker that wait until their group may have another connection. They are woken when one
// of this worker's is free or gone, and look by themselves at each tick, since it may be another worker's.
#pragma once

#include <boost/intrusive/list.hpp>

#include "proxy/deadline.h"
#include "proxy/wakeup.h"
#include "routing/target_group.h"

namespace sluice {

class RoomQueue {
 public:
  RoomQueue(asio::io_context& io, DeadlineWheel& wheel) : io_(io), wheel_(wheel) {}

  // Until there may be room. No promise that there is.
  [[nodiscard]] Awaitable<> wait(const SlotRef& group);
  // The one that has waited longest; resumed in a turn of its own.
  void wake_one(const SlotRef& group);
  [[nodiscard]] bool is_awaited(const SlotRef& group) const noexcept;

 private:
  struct Waiter final
      : Deadline,
        boost::intrusive::list_base_hook<boost::intrusive::tag<RoomQueue>,
                                         boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    Waiter(DeadlineWheel& wheel, const SlotRef& waits_for) : Deadline(wheel), group(waits_for) {}
    void on_deadline() override { wakeup.notify(Wake::timed_out); }

    SlotRef group;
    Wakeup wakeup;
  };
  using Waiters =
      boost::intrusive::list<Waiter,
                             boost::intrusive::base_hook<boost::intrusive::list_base_hook<
                                 boost::intrusive::tag<RoomQueue>,
                                 boost::intrusive::link_mode<boost::intrusive::auto_unlink>>>,
                             boost::intrusive::constant_time_size<false>>;

  asio::io_context& io_;
  DeadlineWheel& wheel_;
  Waiters waiters_;  // in the order in which they came
};

}  // namespace sluice
