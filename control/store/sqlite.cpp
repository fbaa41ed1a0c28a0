#include "control/store/sqlite.h"

#include <sqlite3.h>

#include <cstring>

namespace sluice::sqlite {
namespace {

bool is_of_the_system(int code) {
  return code == SQLITE_IOERR || code == SQLITE_CANTOPEN || code == SQLITE_READONLY || code == SQLITE_FULL;
}

Error error_of(sqlite3* database, int code) {
  const int primary = code & 0xff;
  std::string what = database ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  const int number = database ? sqlite3_system_errno(database) : 0;
  if (number != 0 && is_of_the_system(primary)) what += std::string(" (") + std::strerror(number) + ")";
  return {primary, std::move(what)};
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

Statement& Statement::bound(int code) {
  if (code != SQLITE_OK) failed_bind_ = code;
  ++next_;
  return *this;
}

Statement& Statement::bind_integer(std::int64_t value) {
  return bound(sqlite3_bind_int64(statement_.get(), next_, value));
}

Statement& Statement::bind(std::string_view text) {
  // A null pointer would be NULL instead of empty.
  const char* begin = text.data() ? text.data() : "";
  return bound(
      sqlite3_bind_text64(statement_.get(), next_, begin, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

Statement& Statement::bind(std::nullptr_t) {
  return bound(sqlite3_bind_null(statement_.get(), next_));
}

Result<bool, Error> Statement::step() {
  auto* database = sqlite3_db_handle(statement_.get());
  if (failed_bind_ != SQLITE_OK) return failure(error_of(nullptr, failed_bind_));
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return failure(error_of(database, code));
}

std::int64_t Statement::integer(int column) const noexcept {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::text(int column) const {
  const auto* begin = sqlite3_column_text(statement_.get(), column);
  if (!begin) return {};
  return {reinterpret_cast<const char*>(begin),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

bool Statement::is_null(int column) const noexcept {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

void Database::Close::operator()(sqlite3* database) const noexcept {
  sqlite3_close_v2(database);
}

Result<Database, Error> Database::open(const std::string& path, int busy_ms) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
  Database database(opened);
  if (code != SQLITE_OK) return failure(error_of(opened, code));
  sqlite3_busy_timeout(opened, busy_ms);
  return database;
}

Result<Statement, Error> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  if (code != SQLITE_OK) return failure(error_of(database_.get(), code));
  return Statement(statement);
}

Result<void, Error> Database::run_script(const char* sql) {
  const int code = sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(error_of(database_.get(), code));
  return {};
}

Result<std::int64_t, Error> Database::integer(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return failure(statement.error());
  const auto row = statement->step();
  if (!row) return failure(row.error());
  return *row ? statement->integer(0) : 0;
}

std::int64_t Database::changes() const noexcept {
  return sqlite3_changes64(database_.get());
}

void Database::roll_back() noexcept {
  if (sqlite3_get_autocommit(database_.get()) == 0)
    sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace sluice::sqlite
