// Sends an exchange to its service: tries at targets until one answers, or another would make no sense.
#pragma once

#include "proxy/exchange.h"

namespace sluice {

class Worker;

// `x` has been assigned to a variant. Answers the client in any case.
[[nodiscard]] Awaitable<> forward(Worker& worker, Exchange& x);

}  // namespace sluice
