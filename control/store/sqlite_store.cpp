#include "control/store/sqlite_store.h"

#include <boost/asio/post.hpp>
#include <cassert>
#include <filesystem>

#include "control/store/read_rows.h"
#include "control/store/store_file.h"

namespace sluice {
namespace {

StoreHead head_of(const Stored& stored) {
  if (stored.revisions.empty()) return {};
  return {stored.revisions.back().number, stored.revisions.back().services};
}

}  // namespace

Result<std::unique_ptr<SqliteStore>, std::string> SqliteStore::open(const std::string& directory,
                                                                    boost::asio::io_context& control) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return failure("cannot create " + directory + ": " + error.message());
  auto lock = DirectoryLock::take(directory);
  if (!lock) return failure(lock.error());
  auto path = (std::filesystem::path(directory) / "sluice.db").string();
  auto database = open_store_file(path);
  if (!database) return failure(database.error());
  return std::unique_ptr<SqliteStore>(
      new SqliteStore(std::move(*lock), std::move(path), std::move(*database), control));
}

SqliteStore::SqliteStore(DirectoryLock lock, std::string path, sqlite::Database database,
                         boost::asio::io_context& control)
    : lock_(std::move(lock)), path_(std::move(path)), control_(control), database_(std::move(database)) {}

SqliteStore::~SqliteStore() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard guard(mutex_);
    is_ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

Result<Stored, std::string> SqliteStore::load() {
  assert(database_ && "load() is called once");
  auto stored = read_rows(*database_, path_);
  if (!stored) return stored;
  writer_.emplace(path_, std::move(*database_), head_of(*stored));
  database_.reset();
  thread_ = std::thread([this] { run(); });
  return stored;
}

void SqliteStore::write(Write write, Done done) {
  assert(writer_ && "load() comes first");
  {
    const std::lock_guard guard(mutex_);
    queue_.writes.push_back(std::move(write));
    queue_.answers.emplace_back(std::move(done), boost::asio::make_work_guard(control_));
  }
  changed_.notify_one();
}

void SqliteStore::run() {
  for (;;) {
    auto batch = next_batch();
    if (batch.writes.empty()) return;
    write_batch(std::move(batch));
    prune_if_due();
  }
}

SqliteStore::Queue SqliteStore::next_batch() {
  std::unique_lock guard(mutex_);
  changed_.wait(guard, [this] { return !queue_.writes.empty() || is_ending_; });
  return std::exchange(queue_, {});
}

void SqliteStore::write_batch(Queue batch) {
  auto results = writer_->write(batch.writes);
  commits_.store(writer_->commits(), std::memory_order_relaxed);
  boost::asio::post(control_, [answers = std::move(batch.answers), results = std::move(results)]() mutable {
    for (std::size_t i = 0; i < answers.size(); ++i) answers[i].first(std::move(results[i]));
  });
}

void SqliteStore::prune_if_due() {
  if (writer_->is_prune_overdue() || (writer_->is_prune_due() && is_idle())) writer_->prune();
}

bool SqliteStore::is_idle() {
  const std::lock_guard guard(mutex_);
  return queue_.writes.empty();
}

}  // namespace sluice
