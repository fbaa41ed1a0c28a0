#include "control/store/store_file.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "control/store/schema.h"

namespace sluice {
namespace {

using sqlite::Database;
using sqlite::Error;

constexpr int busy_ms = 1000;

// Before SQLite opens it: closing a descriptor later would drop SQLite's own locks. SQLite gives the files
// beside it (-wal, -shm) the same mode.
Result<void, std::string> make_private(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return failure("cannot open " + path + ": " + std::strerror(errno));
  const bool is_private = ::fchmod(fd, 0600) == 0;
  auto result = is_private ? Result<void, std::string>()
                           : failure("cannot make " + path + " private: " + std::strerror(errno));
  ::close(fd);
  return result;
}

// A transaction that is committed is on the disk: synchronous=FULL syncs the log with each.
Result<void, Error> configure(Database& database) {
  return database.run_script(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF;"
      "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
}

Result<void, std::string> check(Database& database, const std::string& path) {
  auto checking = database.prepare("PRAGMA quick_check(1)");
  if (!checking) return failure(why(path, checking.error()));
  const auto row = checking->step();
  if (!row) return failure(why(path, row.error()));
  if (const auto verdict = checking->text(0); verdict != "ok") return failure(damaged(path, verdict));
  return {};
}

}  // namespace

Result<Database, std::string> open_store_file(const std::string& path) {
  if (auto made = make_private(path); !made) return failure(made.error());
  auto database = Database::open(path, busy_ms);
  if (!database) return failure(why(path, database.error()));
  if (auto checked = check(*database, path); !checked) return failure(checked.error());
  if (auto migrated = migrate(*database); !migrated)
    return failure("the store " + path + " " + migrated.error());
  if (auto configured = configure(*database); !configured) return failure(why(path, configured.error()));
  return std::move(*database);
}

Result<Database, std::string> reopen_store_file(const std::string& path) {
  auto database = Database::open(path, busy_ms);
  if (!database) return failure(why(path, database.error()));
  if (auto configured = configure(*database); !configured) return failure(why(path, configured.error()));
  return std::move(*database);
}

std::string why(const std::string& path, const Error& error) {
  const auto store = "the store " + path + " ";
  switch (error.code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return store + "is locked by another process";
    case SQLITE_FULL:
      return store + "cannot grow: " + error.what;
    case SQLITE_READONLY:
      return store + "is read-only: " + error.what;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return damaged(path, error.what);
    case SQLITE_CANTOPEN:
      return store + "cannot be opened: " + error.what;
    case SQLITE_IOERR:
      return store + "cannot be read or written: " + error.what;
    default:
      return store + "failed: " + error.what;
  }
}

std::string damaged(const std::string& path, const std::string& what) {
  return "the store " + path + " is damaged: " + what +
         "; restore a copy of it, or move it away together with " + path + "-wal to start anew";
}

FileIdentity identity_of(const std::string& path) noexcept {
  struct stat status;
  if (::stat(path.c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino};
}

}  // namespace sluice
