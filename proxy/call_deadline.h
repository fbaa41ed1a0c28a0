// The time that a gRPC client gives its call (grpc-timeout): when it is over, whatever the exchange waits for of
// its target ends. On the frame of whoever forwards; without such a field it costs a look at a POST's fields.
#pragma once

#include "proxy/deadline.h"
#include "proxy/exchange.h"

namespace sluice {

class CallDeadline final : public Deadline {
 public:
  // Both outlive it.
  CallDeadline(DeadlineWheel& wheel, Exchange& exchange);

  [[nodiscard]] bool is_over() const noexcept { return over_; }

 private:
  void on_deadline() override;

  Exchange& exchange_;
  bool over_ = false;
};

}  // namespace sluice
