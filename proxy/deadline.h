// Deadlines of a worker's connections. Setting one is a store: the wheel looks at a connection when its slot
// comes round, and files it anew if the deadline has moved on meanwhile. Resolution is one tick (50 ms).
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>

#include "proxy/awaitable.h"

namespace sluice {

using Clock = std::chrono::steady_clock;

class DeadlineWheel;

// Whatever has a deadline derives from this. Destruction takes it off the wheel.
class Deadline
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  explicit Deadline(DeadlineWheel& wheel) : wheel_(wheel) {}
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  void expires_at(Clock::time_point when);
  void expires_after(Clock::duration delay);
  void never() noexcept { when_ = Clock::time_point::max(); }
  // Moves a deadline that is set; leaves one that is not.
  void extend(Clock::duration delay) {
    if (when_ != Clock::time_point::max()) expires_after(delay);
  }
  [[nodiscard]] DeadlineWheel& wheel() const noexcept { return wheel_; }

 protected:
  virtual ~Deadline() = default;

  // The deadline has passed. May destroy this.
  virtual void on_deadline() = 0;

 private:
  friend class DeadlineWheel;
  DeadlineWheel& wheel_;
  Clock::time_point when_ = Clock::time_point::max();
  std::uint64_t filed_tick_ = 0;  // when the wheel will look at it
};

class DeadlineWheel {
 public:
  static constexpr std::chrono::milliseconds tick{50};

  explicit DeadlineWheel(asio::io_context& io) : timer_(io), start_(Clock::now()) {}

  // Ticks until stop(). A worker spawns it.
  Awaitable<> run();
  void stop() { timer_.cancel(); }
  // Every deadline that is set passes now, for a worker that ends before them.
  void ring_all();

  // The time as of the last tick: good enough to set deadlines by, and free.
  [[nodiscard]] Clock::time_point now() const noexcept { return now_; }
  // The same for any thread: one that is long past tells of a loop that has too much to do.
  [[nodiscard]] Clock::time_point last_tick() const noexcept {
    return last_tick_.load(std::memory_order_relaxed);
  }

 private:
  friend class Deadline;
  static constexpr std::size_t slots = 256;
  using Slot = boost::intrusive::list<Deadline, boost::intrusive::constant_time_size<false>>;

  void file(Deadline& deadline);
  void advance();
  void look_at(Slot& slot);
  static void ring(Deadline& deadline);

  asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor> timer_;
  Clock::time_point start_;
  Clock::time_point now_ = start_;
  std::atomic<Clock::time_point> last_tick_{start_};
  std::uint64_t tick_ = 0;  // the last one that was looked at
  std::array<Slot, slots> slots_;
};

}  // namespace sluice
