// A connection to a target that speaks HTTP/1.1: one exchange at a time, kept for the next one if it ended
// cleanly.
#pragma once

#include <optional>

#include "proxy/h1_body.h"
#include "proxy/h1_head.h"
#include "proxy/h1_write.h"
#include "proxy/upstream.h"

namespace sluice {

class UpstreamH1 final : public Upstream {
 public:
  UpstreamH1(std::unique_ptr<Stream> stream, BlockPool& blocks)
      : stream_(std::move(stream)), blocks_(blocks) {}

  [[nodiscard]] Awaitable<ErrorCode> send_head(Exchange& exchange) override;
  [[nodiscard]] Awaitable<IoStatus> send_body(const BodyPart& part) override;
  [[nodiscard]] Awaitable<ErrorCode> read_head(Exchange& exchange) override;
  [[nodiscard]] BodyStatus take_buffered_body(BodyPart& part) override;
  [[nodiscard]] Awaitable<BodyStatus> read_body(BodyPart& part) override;
  [[nodiscard]] bool holds_block() const noexcept override { return static_cast<bool>(in_); }
  void let_go_of_part() noexcept override {
    if (in_.unread().empty()) in_.release();
  }
  void expires_after(Clock::duration delay) override { stream_->expires_after(delay); }
  void expires_never() override { stream_->never(); }
  void extend(Clock::duration delay) override { stream_->extend(delay); }
  void cancel() override { stream_->interrupt(Wake::cancelled); }
  [[nodiscard]] bool response_begun() const noexcept override { return response_begun_; }
  [[nodiscard]] std::unique_ptr<TunnelEnd> tunnel() override;

  // Both messages ended where they should, nothing is left over, and nobody said "close".
  [[nodiscard]] bool reusable() const noexcept;
  // Before the next exchange. Holds no buffer until then.
  void reset() noexcept;
  [[nodiscard]] Stream& stream() noexcept { return *stream_; }

 private:
  [[nodiscard]] ErrorCode take_head(Exchange& exchange, std::size_t size);
  [[nodiscard]] bool accepts_websocket(const ResponseHead& head) const;

  std::unique_ptr<Stream> stream_;
  BlockPool& blocks_;
  Buffer in_;
  std::optional<H1BodyReader> body_;
  const Downstream* taker_ = nullptr;  // of the response
  Encoding encoding_ = Encoding::identity;
  std::string websocket_key_;  // if the client had no use for one
  bool request_ended_ = false;
  bool response_begun_ = false;
  bool close_ = false;
};

}  // namespace sluice
