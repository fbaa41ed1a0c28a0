// What the SQLite store has, from its tables back to records. Nothing that is read is trusted: a row that
// makes no sense is an error that names it.
#pragma once

#include <string>

#include "control/store/sqlite.h"
#include "control/store/store.h"
#include "routing/result.h"

namespace sluice {

// The error says which row and why, and what to do; `path` is for its words.
[[nodiscard]] Result<Stored, std::string> read_rows(sqlite::Database& database, const std::string& path);

}  // namespace sluice
