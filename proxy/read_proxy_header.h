// The PROXY header at the beginning of a connection, taken off it and nothing behind it: what follows may be
// TLS, which reads the socket itself.
#pragma once

#include "proxy/proxy_protocol.h"
#include "proxy/stream.h"

namespace sluice {

// Under the stream's deadline. `incomplete`: the peer closed, or took too long.
[[nodiscard]] Awaitable<ProxyHeader> read_proxy_header(Stream& stream);

}  // namespace sluice
