// One write as rows of the SQLite store, inside a transaction that the caller has opened.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "control/store/sqlite.h"
#include "control/store/store.h"
#include "routing/result.h"

namespace sluice {

// The last revision in the store: what the next one is made from.
struct StoreHead {
  std::uint64_t number = 0;
  std::map<std::string, std::shared_ptr<const Allocation>> services;
};

// Of the revision's services only those that differ from the head's. A write that refusal() lets pass.
[[nodiscard]] Result<void, sqlite::Error> write_rows(sqlite::Database& database, const StoreHead& head,
                                                     const Write& write);

}  // namespace sluice
