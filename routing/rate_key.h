// Whose budget of a rate limit a request draws on.
#pragma once

#include "routing/rate_limit.h"

namespace sluice {

class Visitor;
struct Snapshot;

// Where to look in the limit's budgets. By identity: a request that brings none, or gets its first cookie
// only now, goes by its address, since a fresh identity each time would be a fresh budget each time. By
// address: the client's, as trusted peers tell it; of IPv6 the /64, which is one customer's.
[[nodiscard]] std::uint64_t rate_key(const RateLimit& limit, const Snapshot& snapshot, Visitor& visitor);

}  // namespace sluice
