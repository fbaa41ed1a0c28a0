// After an upgrade both sides are one pipe: bytes go both ways until both have ended, one of them breaks, or
// neither has said anything for the idle time.
#pragma once

#include "proxy/exchange.h"

namespace sluice {

[[nodiscard]] Awaitable<> run_tunnel(asio::io_context& io, Exchange& exchange, TunnelEnd& client,
                                     TunnelEnd& target);

}  // namespace sluice
