// The life of a request, as a list of phases. This is the file to read first.
#pragma once

#include "proxy/exchange.h"

namespace sluice {

class Worker;

// Serves one exchange from its parsed head to its log line. `x` has its request, downstream, peer, snapshot
// and listener.
[[nodiscard]] Awaitable<> handle(Worker& worker, Exchange& x);

// For a request whose head could not be read: the error as an answer, counted and logged like any other.
[[nodiscard]] Awaitable<> refuse(Worker& worker, Exchange& x, ErrorCode code, std::string_view reason);

}  // namespace sluice
