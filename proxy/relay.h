// The response on its way from the upstream to the client, part by part: the next one is pulled when the last
// one was taken.
#pragma once

#include "proxy/upstream.h"

namespace sluice {

// Sends on the final head in exchange.response and its body. `none`: all of it went. `client_closed`: the
// client took no more. Otherwise the upstream broke off; nothing was sent yet only if exchange.head_sent is
// false.
[[nodiscard]] Awaitable<ErrorCode> relay_response(Exchange& exchange, Upstream& upstream);

}  // namespace sluice
