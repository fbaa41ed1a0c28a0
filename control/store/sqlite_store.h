// The store that lasts: SQLite in the state directory. One thread of its own does all the waiting for the
// disk and takes whatever has been queued meanwhile as one transaction, so that a hundred writes cost one
// sync.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "control/store/batch_writer.h"
#include "control/store/directory_lock.h"
#include "control/store/sqlite.h"
#include "control/store/store.h"

namespace sluice {

class SqliteStore final : public Store {
 public:
  // DIR/sluice.db, which is made when it is not there, with DIR; for this process alone. `control` is what
  // the control thread runs; it outlives the store. May take seconds: the whole file is checked. The error
  // says what is wrong with which file, and what to do.
  [[nodiscard]] static Result<std::unique_ptr<SqliteStore>, std::string> open(
      const std::string& directory, boost::asio::io_context& control);

  // What was queued is still written, and its answers are posted.
  ~SqliteStore() override;

  [[nodiscard]] Result<Stored, std::string> load() override;

  // Never waits. Only after load(). An open write keeps `control` from running out of work.
  void write(Write write, Done done) override;

  [[nodiscard]] std::uint64_t commits() const noexcept override { return commits_.load(std::memory_order_relaxed); }

 private:
  using Work = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;
  struct Queue {
    std::vector<Write> writes;
    std::vector<std::pair<Done, Work>> answers;  // one for each
  };

  SqliteStore(DirectoryLock lock, std::string path, sqlite::Database database,
              boost::asio::io_context& control);

  void run();
  void write_batch(Queue batch);
  void prune_if_due();
  [[nodiscard]] Queue next_batch();  // empty: it is over
  [[nodiscard]] bool is_idle();

  DirectoryLock lock_;
  std::string path_;
  boost::asio::io_context& control_;
  std::optional<sqlite::Database> database_;  // until load()
  std::optional<BatchWriter> writer_;         // from then on, for the thread alone
  std::atomic<std::uint64_t> commits_ = 0;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  Queue queue_;
  bool is_ending_ = false;

  std::thread thread_;
};

}  // namespace sluice
