// The tables of the SQLite store, as steps from one version to the next: a newer Sluice reads an older one's
// database, and an older one refuses a newer one's.
#pragma once

#include <string>

#include "control/store/sqlite.h"
#include "routing/result.h"

namespace sluice {

// Makes the tables of an empty database, or brings those of an older version up to date, whole or not at all.
// The error does not name the file.
[[nodiscard]] Result<void, std::string> migrate(sqlite::Database& database);

}  // namespace sluice
