// A wait of its own: for a back-off or a delay. As exact as the wheel, which is a tick (50 ms).
#pragma once

#include "proxy/deadline.h"
#include "proxy/wakeup.h"

namespace sluice {

class Pause final : Deadline {
 public:
  explicit Pause(DeadlineWheel& wheel) : Deadline(wheel) {}

  [[nodiscard]] Awaitable<> wait(Clock::duration delay) {
    expires_after(delay);
    std::ignore = co_await over_.wait();
  }

 private:
  void on_deadline() override { over_.notify(Wake::ready); }

  Wakeup over_;
};

}  // namespace sluice
