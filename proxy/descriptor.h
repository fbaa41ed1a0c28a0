// A non-blocking socket in the worker's epoll set, waited for by edges. Asio's own async_wait costs an
// epoll_ctl, and its async_read a recv that fails, each time that a connection has nothing to say yet; with
// one watch that stays armed for the life of the socket a request needs neither (docs/adr/0003). This is the
// only file that knows Asio's reactor from within.
#pragma once

#include <array>

#include "proxy/wakeup.h"

namespace sluice {

enum class Direction { read, write };

class Descriptor {
 public:
  // Takes over the descriptor; it must be non-blocking. All calls are for the io_context's thread.
  Descriptor(asio::io_context& io, int fd);
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  [[nodiscard]] int fd() const noexcept { return fd_; }

  // Whether the kernel said "ready" since the last exhausted(): if not, a call would only return EAGAIN.
  [[nodiscard]] bool ready(Direction direction) const noexcept { return side(direction).ready; }

  // A read took less than it could have: there was no more at that moment, and what comes later makes an
  // edge. Only a FIN that came together with those bytes is still to be found, by trying. So at a message's
  // boundary, where nothing more is owed, it is enough to wait for the edge; in the middle of a message one
  // tries.
  void drained() noexcept { drained_ = true; }
  // A write failed: its edge may be long past, and there is something to be found by reading.
  void broken() noexcept {
    drained_ = false;
    side(Direction::read).ready = true;
  }
  [[nodiscard]] bool is_drained() const noexcept { return drained_; }

  // To be called when the kernel said EAGAIN, and before a wait: a direction is never "not ready" without
  // having been tried.
  void exhausted(Direction direction) noexcept {
    side(direction).ready = false;
    if (direction == Direction::read) drained_ = true;
  }

  // Suspends until the direction is ready or interrupt() is called. Only when it is not ready, and not
  // interrupted.
  [[nodiscard]] Awaitable<Wake> wait(Direction direction);

  // Ends the wait of one direction, if somebody waits: it returns `why`.
  void wake(Direction direction, Wake why) { side(direction).wakeup.notify(why); }

  // Ends the waits of both directions, those now and (until rearm()) those to come.
  void interrupt(Wake why);
  void rearm() noexcept { interrupted_ = Wake::ready; }
  [[nodiscard]] Wake interrupted() const noexcept { return interrupted_; }

  // Told when the descriptor becomes readable or is interrupted while nobody waits for it: how an idle pooled
  // connection notices its end. May destroy the descriptor.
  class Observer {
   public:
    virtual void ended_while_idle() = 0;

   protected:
    ~Observer() = default;
  };
  void observe(Observer* observer) noexcept { observer_ = observer; }

 private:
  struct Watch;  // the reactor's operation; it may outlive the descriptor by one turn of the loop
  struct Side {
    bool ready = true;
    bool armed = false;
    Watch* watch = nullptr;
    Wakeup wakeup;
  };

  Side& side(Direction direction) noexcept { return sides_[static_cast<std::size_t>(direction)]; }
  const Side& side(Direction direction) const noexcept { return sides_[static_cast<std::size_t>(direction)]; }
  void arm(Direction direction);
  void on_event(Direction direction);

  int fd_;
  void* reactor_;  // boost::asio::detail::reactor
  void* state_;    // its per_descriptor_data
  bool registered_ = false;
  bool drained_ = false;
  Wake interrupted_ = Wake::ready;
  Observer* observer_ = nullptr;
  bool* destroyed_ = nullptr;  // set while a waiter is resumed that may destroy this
  std::array<Side, 2> sides_;
};

}  // namespace sluice
