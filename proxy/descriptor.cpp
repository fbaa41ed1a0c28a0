#include "proxy/descriptor.h"

#include <unistd.h>

#include <boost/asio/detail/reactor.hpp>
#include <boost/asio/detail/reactor_op.hpp>
#include <utility>

namespace sluice {
namespace {

using Reactor = asio::detail::reactor;

Reactor& reactor_of(void* reactor) noexcept {
  return *static_cast<Reactor*>(reactor);
}

int reactor_op_type(Direction direction) noexcept {
  return direction == Direction::read ? Reactor::read_op : Reactor::write_op;
}

}  // namespace

// Completes as "done and exhausted", which tells the reactor that only a new edge makes the direction ready
// again.
struct Descriptor::Watch : asio::detail::reactor_op {
  Watch(Descriptor* of, Direction of_direction)
      : reactor_op({}, &Watch::perform, &Watch::complete), owner(of), direction(of_direction) {}

  // While being armed there is nothing to perform: the owner has just seen EAGAIN, or is still to look.
  static status perform(reactor_op* base) {
    return static_cast<Watch*>(base)->arming ? not_done : done_and_exhausted;
  }

  static void complete(void* scheduler, asio::detail::operation* base, const boost::system::error_code&,
                       std::size_t) {
    auto* watch = static_cast<Watch*>(base);
    watch->queued = false;
    if (!watch->owner) {
      delete watch;
    } else if (scheduler) {
      watch->owner->on_event(watch->direction);
    }
  }

  Descriptor* owner;  // null once the descriptor is gone
  Direction direction;
  bool arming = false;
  bool queued = false;
};

Descriptor::Descriptor(asio::io_context& io, int fd) : fd_(fd), reactor_(&asio::use_service<Reactor>(io)) {
  reactor_of(reactor_).init_task();
  Reactor::per_descriptor_data state = nullptr;
  registered_ = reactor_of(reactor_).register_descriptor(fd_, state) == 0;
  if (!registered_) interrupted_ = Wake::cancelled;  // the kernel has no memory for another watch
  state_ = state;
  for (const auto direction : {Direction::read, Direction::write})
    side(direction).watch = new Watch(this, direction);
  arm(Direction::read);
}

Descriptor::~Descriptor() {
  if (destroyed_) *destroyed_ = true;
  for (auto& side : sides_) {
    side.watch->owner = nullptr;
    if (!side.watch->queued) delete side.watch;
  }
  auto* state = static_cast<Reactor::per_descriptor_data>(state_);
  reactor_of(reactor_).deregister_descriptor(fd_, state, true);  // completes what is queued as cancelled
  reactor_of(reactor_).cleanup_descriptor_data(state);
  ::close(fd_);
}

void Descriptor::arm(Direction direction) {
  auto& watch = *side(direction).watch;
  if (watch.queued || !registered_) return;
  watch.queued = true;
  watch.arming = true;
  auto* state = static_cast<Reactor::per_descriptor_data>(state_);
  reactor_of(reactor_).start_op(reactor_op_type(direction), fd_, state, &watch, false, true);
  watch.arming = false;
}

void Descriptor::on_event(Direction direction) {
  side(direction).ready = true;
  if (direction == Direction::read) {
    drained_ = false;
    arm(direction);  // the write watch is armed when somebody waits for it: most sockets never need it
    if (observer_ && !side(direction).wakeup.awaited()) return observer_->ended_while_idle();
  }
  side(direction).wakeup.notify(Wake::ready);
}

Awaitable<Wake> Descriptor::wait(Direction direction) {
  if (direction == Direction::write) arm(direction);
  return side(direction).wakeup.wait();
}

void Descriptor::interrupt(Wake why) {
  interrupted_ = why;
  if (observer_ && !side(Direction::read).wakeup.awaited()) return observer_->ended_while_idle();
  bool destroyed = false;
  bool* const outer = std::exchange(destroyed_, &destroyed);  // who is resumed may interrupt this once more
  side(Direction::read).wakeup.notify(why);
  if (destroyed) {
    if (outer) *outer = true;
    return;
  }
  destroyed_ = outer;
  side(Direction::write).wakeup.notify(why);
}

}  // namespace sluice
