#include "control/store/batch_writer.h"

#include <sqlite3.h>

#include "control/store/prune.h"
#include "control/store/refusal.h"

namespace sluice {
namespace {

using sqlite::Error;

constexpr std::size_t pruned_at_once = 200;  // revisions

StoreError unavailable(std::string what) {
  return {StoreError::Kind::unavailable, std::move(what)};
}

// Failures that another connection would have as well.
bool leaves_connection_whole(const Error& error) {
  return error.code == SQLITE_BUSY || error.code == SQLITE_FULL;
}

// Those that are about what is written, not about the file: the other writes of the batch are not concerned.
bool is_of_one_write(const Error& error) {
  return error.code == SQLITE_CONSTRAINT || error.code == SQLITE_TOOBIG;
}

}  // namespace

BatchWriter::BatchWriter(std::string path, sqlite::Database database, StoreHead head)
    : path_(std::move(path)),
      identity_(identity_of(path_)),
      database_(std::move(database)),
      head_(std::move(head)),
      unpruned_(prune_every) {}  // the last run may have ended before it did

std::vector<BatchWriter::Answer> BatchWriter::write(const std::vector<Write>& batch) {
  const auto all = [&](const std::string& why) {
    return std::vector<Answer>(batch.size(), failure(unavailable(why)));
  };
  if (auto ready = make_ready(); !ready) return all(ready.error());
  auto answers = commit(batch);
  if (!answers) {
    give_up(answers.error());
    return all(why(path_, answers.error()));
  }
  failures_ = 0;
  unpruned_ += batch.size();
  return std::move(*answers);
}

// A file that is not the one behind our connection would take writes that nobody finds again.
Result<void, std::string> BatchWriter::make_ready() {
  if (identity_of(path_) != identity_)
    return failure("the store " + path_ +
                   " was moved away or replaced while Sluice runs; put it back, or restart");
  return database_ ? Result<void, std::string>() : reopen();
}

// A transaction whose end failed may be on the disk all the same. Its revision was reported as not written,
// so it must not be there.
Result<void, std::string> BatchWriter::reopen() {
  auto opened = reopen_store_file(path_);
  if (!opened) return failure(opened.error());
  const auto last = opened->integer("SELECT max(number) FROM revisions");
  if (!last) return failure(why(path_, last.error()));
  if (static_cast<std::uint64_t>(*last) < head_.number)
    return failure(damaged(
        path_, "its last revision is " + std::to_string(*last) + " and was " + std::to_string(head_.number)));
  const auto undone =
      opened->run("BEGIN IMMEDIATE")
          .and_then([&] { return opened->run("DELETE FROM splits WHERE revision > ?", head_.number); })
          .and_then([&] { return opened->run("DELETE FROM revisions WHERE number > ?", head_.number); })
          .and_then([&] { return opened->run("COMMIT"); });
  if (!undone) return failure(why(path_, undone.error()));
  database_ = std::move(*opened);
  return {};
}

Result<std::vector<BatchWriter::Answer>, Error> BatchWriter::commit(const std::vector<Write>& batch) {
  if (auto begun = database_->run("BEGIN IMMEDIATE"); !begun) return failure(begun.error());
  auto head = head_;
  std::vector<Answer> answers;
  for (const auto& write : batch) {
    auto answer = write_one(head, write);
    if (!answer) return failure(answer.error());
    answers.push_back(std::move(*answer));
  }
  if (auto committed = database_->run("COMMIT"); !committed) return failure(committed.error());
  head_ = std::move(head);
  ++commits_;
  return answers;
}

// In a savepoint of its own: what fails in it undoes no other write.
Result<BatchWriter::Answer, Error> BatchWriter::write_one(StoreHead& head, const Write& write) {
  if (auto refused = refusal(write, head.number)) return Answer(failure(std::move(*refused)));
  if (auto begun = database_->run("SAVEPOINT one"); !begun) return failure(begun.error());
  const auto written = write_rows(*database_, head, write);
  if (!written && !is_of_one_write(written.error())) return failure(written.error());
  if (!written)
    if (auto undone = database_->run("ROLLBACK TO one"); !undone) return failure(undone.error());
  if (auto ended = database_->run("RELEASE one"); !ended) return failure(ended.error());
  if (!written) return Answer(failure(unavailable(why(path_, written.error()))));
  if (write.revision) head = {write.revision->number, write.revision->services};
  return Answer();
}

// SQLite forgets a failed transaction by itself, so the connection is given a second chance; one that fails
// again is broken.
void BatchWriter::give_up(const Error& error) {
  database_->roll_back();
  if (leaves_connection_whole(error)) return;
  if (++failures_ > 1) database_.reset();
}

void BatchWriter::prune() {
  if (!database_) return;
  const auto pruned = sluice::prune(*database_, pruned_at_once);
  if (!pruned || *pruned == Pruned::all) unpruned_ = 0;
}

}  // namespace sluice
