// Writes batches to the SQLite store, one transaction each, and comes back by itself from whatever fails.
// Owned by the store's thread; no locks, no queue.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "control/store/sqlite.h"
#include "control/store/store.h"
#include "control/store/store_file.h"
#include "control/store/write_rows.h"
#include "routing/result.h"

namespace sluice {

class BatchWriter {
 public:
  using Answer = Result<void, StoreError>;

  // The database behind `path`, as open_store_file() gave it, and the last revision in it.
  BatchWriter(std::string path, sqlite::Database database, StoreHead head);

  // An answer for each, in order: all is on the disk, apart from what was refused. Where the transaction
  // fails, every answer is that it was unavailable.
  [[nodiscard]] std::vector<Answer> write(const std::vector<Write>& batch);

  // Transactions that ended well, without those of prune().
  [[nodiscard]] std::uint64_t commits() const noexcept { return commits_; }

  // What is old should be taken out: about every hundred writes.
  [[nodiscard]] bool is_prune_due() const noexcept { return unpruned_ >= prune_every; }
  // It has been due for so long that waiting for a quiet moment is over.
  [[nodiscard]] bool is_prune_overdue() const noexcept { return unpruned_ >= 10 * prune_every; }
  // A bounded part of that; what fails is tried again later, since nothing hangs on it.
  void prune();

 private:
  static constexpr std::size_t prune_every = 100;  // writes

  [[nodiscard]] Result<void, std::string> make_ready();
  [[nodiscard]] Result<void, std::string> reopen();
  [[nodiscard]] Result<std::vector<Answer>, sqlite::Error> commit(const std::vector<Write>& batch);
  [[nodiscard]] Result<Answer, sqlite::Error> write_one(StoreHead& head, const Write& write);
  void give_up(const sqlite::Error& error);

  std::string path_;
  FileIdentity identity_;
  std::optional<sqlite::Database> database_;  // none: the connection was broken
  StoreHead head_;
  std::uint64_t commits_ = 0;
  int failures_ = 0;      // in a row, that a new connection might cure
  std::size_t unpruned_;  // writes since then
};

}  // namespace sluice
