// One try of an exchange at one target: connection, request, response, and what is left of the connection
// afterwards.
#pragma once

#include "proxy/upstream_pool.h"
#include "routing/retry_policy.h"

namespace sluice {

// What an attempt needs of its worker.
struct AttemptRoom {
  asio::io_context& io;
  BlockPool& blocks;
  UpstreamPool& upstreams;
};

struct AttemptResult {
  ErrorCode error = ErrorCode::none;  // none: a response was sent on, whatever its status
  FailedAttempt failed;               // if there is an error
};

enum class Connection : std::uint8_t { any, fresh };

// Tries the exchange at exchange.target. On `none` the response has gone to the client (or was broken off
// there: then exchange.error says so). On an error nothing has been sent to the client unless
// exchange.head_sent.
[[nodiscard]] Awaitable<AttemptResult> attempt(AttemptRoom room, Exchange& exchange, Connection connection);

}  // namespace sluice
