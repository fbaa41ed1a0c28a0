// The target's side of an attempt: the request goes here, the response is pulled from here. An interface, so
// that attempt and relay know no protocol's version.
#pragma once

#include "proxy/exchange.h"

namespace sluice {

class Upstream {
 public:
  virtual ~Upstream() = default;

  // The exchange's head and its first part. An error: it cannot be sent. A target that takes no more is none:
  // it may have answered already.
  [[nodiscard]] virtual Awaitable<ErrorCode> send_head(Exchange& exchange) = 0;
  [[nodiscard]] virtual Awaitable<IoStatus> send_body(const BodyPart& part) = 0;

  // The next head, a 1xx or the final one.
  [[nodiscard]] virtual Awaitable<ErrorCode> read_head(Exchange& exchange) = 0;
  [[nodiscard]] virtual BodyStatus take_buffered_body(BodyPart& part) = 0;
  [[nodiscard]] virtual Awaitable<BodyStatus> read_body(BodyPart& part) = 0;

  // The part that was read last, and the head, lie in a block: if they are needed no more, it may be given back.
  [[nodiscard]] virtual bool holds_block() const noexcept { return false; }
  virtual void let_go_of_part() noexcept {}

  // What is awaited ends with a time-out after `delay`. Reads of the response set it and clear it again; an
  // upload that makes progress meanwhile moves it on.
  virtual void expires_after(Clock::duration delay) = 0;
  virtual void expires_never() = 0;
  virtual void extend(Clock::duration delay) = 0;
  // Ends what is awaited: reads and writes return `cancelled`.
  virtual void cancel() = 0;
  // Bytes of the response have come: it can't be the connection that was dead already.
  [[nodiscard]] virtual bool response_begun() const noexcept = 0;
  // False if the target has said that it did not look at the request.
  [[nodiscard]] virtual bool was_processed() const noexcept { return true; }
  // A failure was the connection's: it says nothing of the request.
  [[nodiscard]] virtual bool connection_failed() const noexcept { return true; }

  // After a 101.
  [[nodiscard]] virtual std::unique_ptr<TunnelEnd> tunnel() = 0;
};

}  // namespace sluice
