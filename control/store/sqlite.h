// SQLite with owners and with errors as values, and nothing more. A database and its statements belong to one
// thread at a time.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "routing/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sluice::sqlite {

struct Error {
  int code;          // SQLite's primary result code
  std::string what;  // in SQLite's words, and the system's if it was the system
};

class Statement {
 public:
  // The next parameter, from the first. Text is bytes: with zeros in it, too.
  Statement& bind(std::integral auto value) { return bind_integer(static_cast<std::int64_t>(value)); }
  Statement& bind(std::string_view text);
  Statement& bind(std::nullptr_t);

  // Whether there is a row; after an error or the last row, no more.
  [[nodiscard]] Result<bool, Error> step();

  // Of the row, from column 0.
  [[nodiscard]] std::int64_t integer(int column) const noexcept;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] bool is_null(int column) const noexcept;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };

  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  Statement& bind_integer(std::int64_t value);
  Statement& bound(int code);

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int next_ = 1;
  int failed_bind_ = 0;
};

class Database {
 public:
  // A file that is there; waits so many milliseconds for other processes' locks in every statement.
  [[nodiscard]] static Result<Database, Error> open(const std::string& path, int busy_ms);

  [[nodiscard]] Result<Statement, Error> prepare(std::string_view sql);

  // One statement without rows to read, with its parameters.
  template <class... Values>
  [[nodiscard]] Result<void, Error> run(std::string_view sql, const Values&... values) {
    auto statement = prepare(sql);
    if (!statement) return failure(statement.error());
    (statement->bind(values), ...);
    if (auto stepped = statement->step(); !stepped) return failure(stepped.error());
    return {};
  }

  // Several statements without parameters.
  [[nodiscard]] Result<void, Error> run_script(const char* sql);

  // The first column of the first row; 0 without a row.
  [[nodiscard]] Result<std::int64_t, Error> integer(std::string_view sql);

  // Rows that the last statement changed.
  [[nodiscard]] std::int64_t changes() const noexcept;

  // Ends the transaction that is open, if one is: SQLite ends some by itself when they fail.
  void roll_back() noexcept;

 private:
  struct Close {
    void operator()(sqlite3* database) const noexcept;
  };

  explicit Database(sqlite3* database) : database_(database) {}

  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace sluice::sqlite
