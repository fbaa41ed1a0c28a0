// Opens a connection to a target: TCP, the preamble if there is one, then TLS if its group wants it, within
// the group's connect timeout.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "proxy/error.h"
#include "proxy/published.h"
#include "proxy/stream.h"
#include "routing/result.h"

namespace sluice {

using ConnectedStream = Result<std::unique_ptr<Stream>, ErrorCode>;

[[nodiscard]] Awaitable<ConnectedStream> connect_upstream(asio::io_context& io, DeadlineWheel& wheel,
                                                          const Target& target, const TargetGroup& group,
                                                          std::shared_ptr<const ClientTls> tls,
                                                          std::string preamble);

// How a pool opens its connections: connect_upstream, or what the session tests put in its place.
using Connector = std::function<decltype(connect_upstream)>;

}  // namespace sluice
