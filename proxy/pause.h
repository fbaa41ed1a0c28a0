// A wait in the middle of an exchange, on the worker's deadline wheel and as exact as its tick (50 ms). It ends
// early when the connection is cut off, and over HTTP/2 when the client resets the stream or leaves. A client
// of HTTP/1.1 that leaves looks like one that only has no more to send, so nobody looks.
#pragma once

#include "proxy/exchange.h"
#include "proxy/wakeup.h"

namespace sluice {

class Pause final : public Deadline {
 public:
  // Both outlive it. One at a time for an exchange.
  Pause(DeadlineWheel& wheel, Exchange& exchange) : Deadline(wheel), exchange_(exchange) {
    exchange_.pause = this;
  }
  ~Pause() override { exchange_.pause = nullptr; }

  // `timed_out` when the time is over, `cancelled` if it ended early.
  [[nodiscard]] Awaitable<Wake> wait(Clock::duration time) {
    expires_after(time);
    return wakeup_.wait();
  }
  // May be the end of the exchange.
  void cancel() { wakeup_.notify(Wake::cancelled); }

 private:
  void on_deadline() override { wakeup_.notify(Wake::timed_out); }

  Exchange& exchange_;
  Wakeup wakeup_;
};

}  // namespace sluice
