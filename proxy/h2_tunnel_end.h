// A stream as one end of a tunnel (RFC 8441): its DATA frames are what a connection's own bytes would be.
#pragma once

#include "proxy/h2_channel.h"
#include "proxy/tunnel_end.h"

namespace sluice {

class H2TunnelEnd final : public TunnelEnd {
 public:
  explicit H2TunnelEnd(H2Channel& channel) : channel_(channel) {}

  [[nodiscard]] Awaitable<BodyStatus> read(BodyPart& part) override { return channel_.read_part(part); }
  [[nodiscard]] Awaitable<IoStatus> write(const BodyPart& part) override { return channel_.send_part(part); }
  void expires_after(Clock::duration delay) override { channel_.expires_after(delay); }
  void break_off() override {
    channel_.reset(NGHTTP2_CONNECT_ERROR);
    channel_.interrupt();
  }

 private:
  H2Channel& channel_;
};

}  // namespace sluice
