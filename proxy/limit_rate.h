// Requests over the rate limit of their listener or rule are refused here: 429, with Retry-After.
#pragma once

#include "proxy/admission.h"

namespace sluice {

class Worker;

// Once the visitor is known.
[[nodiscard]] Refusal limit_listener(Worker& worker, Exchange& x);
// Once the rule is.
[[nodiscard]] Refusal limit_rule(Worker& worker, Exchange& x);

}  // namespace sluice
