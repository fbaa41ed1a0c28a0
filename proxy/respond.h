// Answers that Sluice gives itself: the one place where an error becomes a response (RFC 9457), and fixed
// responses.
#pragma once

#include "proxy/exchange.h"

namespace sluice {

// Sends the error unless a response has begun already: then all that is left is to break it off.
[[nodiscard]] Awaitable<> respond_error(Exchange& exchange, ErrorCode code, std::string_view reason = {});

// The time that a gRPC client gave its call is over: also of a response that has begun.
[[nodiscard]] Awaitable<> respond_too_late(Exchange& exchange);

// An error on purpose: `fault_injected`, with the status that the rule asks for.
[[nodiscard]] Awaitable<> respond_fault(Exchange& exchange, std::uint16_t status);

[[nodiscard]] Awaitable<> respond_fixed(Exchange& exchange, const FixedResponse& fixed);

[[nodiscard]] Awaitable<> respond_redirect(Exchange& exchange, const Redirect& redirect);

// The listener's own health_path.
[[nodiscard]] Awaitable<> respond_health(Exchange& exchange, bool ready);

}  // namespace sluice
