// Opens a connection to a target: TCP, then TLS if its group wants it, within the group's connect timeout.
#pragma once

#include <memory>

#include "proxy/error.h"
#include "proxy/published.h"
#include "proxy/stream.h"
#include "routing/result.h"

namespace sluice {

[[nodiscard]] Awaitable<Result<std::unique_ptr<Stream>, ErrorCode>> connect_upstream(asio::io_context& io,
                                                                                     DeadlineWheel& wheel,
                                                                                     const Target& target,
                                                                                     const TargetGroup& group,
                                                                                     std::shared_ptr<const ClientTls> tls);

}  // namespace sluice
