// Faults on purpose: a rule's `fault` delays some of its requests and answers some with an error.
#pragma once

#include "proxy/exchange.h"

namespace sluice {

class Worker;

enum class Injected : std::uint8_t {
  nothing,  // or a delay, which is over
  an_end,   // the exchange has its answer, or nobody to answer to
};

// For a rule that has faults.
[[nodiscard]] Awaitable<Injected> inject_fault(Worker& worker, Exchange& x);

}  // namespace sluice
