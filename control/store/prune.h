// What is old goes, a little at a time, so that no write waits for long behind it.
#pragma once

#include "control/store/sqlite.h"
#include "routing/result.h"

namespace sluice {

enum class Pruned { all, some };  // some: there is more to go

// One transaction that takes out at most `limit` revisions, and what else is beyond the limits of store.h.
// Every revision that stays has the very allocations that it had.
[[nodiscard]] Result<Pruned, sqlite::Error> prune(sqlite::Database& database, std::size_t limit);

}  // namespace sluice
