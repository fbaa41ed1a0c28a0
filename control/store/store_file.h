// DIR/sluice.db itself: opened, checked and made ready; and the words for what goes wrong with it. Any
// thread.
#pragma once

#include <string>

#include "control/store/sqlite.h"
#include "routing/result.h"

namespace sluice {

// At start: made when it is not there, readable by its owner alone, checked whole and brought up to date.
[[nodiscard]] Result<sqlite::Database, std::string> open_store_file(const std::string& path);

// Later, when a connection is broken: the file must be there, and is not checked.
[[nodiscard]] Result<sqlite::Database, std::string> reopen_store_file(const std::string& path);

// What happened to the store, for people.
[[nodiscard]] std::string why(const std::string& path, const sqlite::Error& error);
// The same where its content is wrong, and what to do.
[[nodiscard]] std::string damaged(const std::string& path, const std::string& what);

// Which file a path leads to, so that one that was moved away or replaced is noticed.
struct FileIdentity {
  std::uint64_t device = 0, inode = 0;  // 0: no file
  bool operator==(const FileIdentity&) const = default;
};
[[nodiscard]] FileIdentity identity_of(const std::string& path) noexcept;

}  // namespace sluice
