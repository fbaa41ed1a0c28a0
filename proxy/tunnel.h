// After a 101 both connections are one pipe: bytes go both ways until both sides have ended, one of them
// breaks, or neither has said anything for the idle time.
#pragma once

#include "proxy/buffer.h"
#include "proxy/exchange.h"

namespace sluice {

struct TunnelEnd {
  Stream& stream;
  BodyPart already_read;  // bytes of this end that came with its head
};

[[nodiscard]] Awaitable<> run_tunnel(asio::io_context& io, BlockPool& blocks, Exchange& exchange,
                                     TunnelEnd client, TunnelEnd target);

}  // namespace sluice
