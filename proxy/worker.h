// One thread, one io_context, everything its own: listeners, connections, pools, timers, counters. Nothing
// here is shared with another worker, so nothing is locked. Others reach a worker only through the calls
// marked "any thread", which post.
#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "proxy/access_log.h"
#include "proxy/active_attempt.h"
#include "proxy/buffer.h"
#include "proxy/deadline.h"
#include "proxy/exchange.h"
#include "proxy/published.h"
#include "proxy/random.h"
#include "proxy/session.h"
#include "proxy/upstream_pool.h"
#include "proxy/worker_metrics.h"
#include "routing/group_view.h"

namespace sluice {

class Acceptor;

// The life of the process, as the data plane sees it.
enum class Phase : std::uint8_t {
  serving,
  lame_duck,  // unready; still accepts, and says Connection: close with each answer
  draining,   // accepts no more; what is in flight is finished
};

// Whether new work is taken (overload.h).
enum class Load : std::uint8_t { bearable, too_much };

// An exchange of the worker's, given back when its request is over. Idle connections have none.
class ExchangePool {
 public:
  class Lease {
   public:
    Lease(ExchangePool& pool, std::unique_ptr<Exchange> exchange)
        : pool_(pool), exchange_(std::move(exchange)) {}
    ~Lease() {
      exchange_->clear();
      if (pool_.free_.size() < kept) pool_.free_.push_back(std::move(exchange_));
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    [[nodiscard]] Exchange& operator*() const noexcept { return *exchange_; }

   private:
    ExchangePool& pool_;
    std::unique_ptr<Exchange> exchange_;
  };

  [[nodiscard]] Lease take() {
    if (free_.empty()) return {*this, std::make_unique<Exchange>()};
    auto exchange = std::move(free_.back());
    free_.pop_back();
    return {*this, std::move(exchange)};
  }

 private:
  static constexpr std::size_t kept = 256;
  std::vector<std::unique_ptr<Exchange>> free_;
};

class Worker {
 public:
  // `log` may be null. The worker does nothing until start().
  Worker(unsigned index, OutcomeShard& outcomes, AccessLog* log, Connector connector = connect_upstream);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Any thread.
  void start();
  void publish(std::shared_ptr<const Published> published);
  void enter(Phase phase);
  void enter(Load load);  // while there is too much, again each second
  void cut_off();  // ends every connection that is left, and the thread
  void join();
  [[nodiscard]] bool finished() const noexcept { return finished_.load(std::memory_order_acquire); }
  [[nodiscard]] Clock::time_point last_tick() const noexcept { return wheel_.last_tick(); }
  [[nodiscard]] bool is_overloaded() const noexcept {
    return load_.load(std::memory_order_relaxed) == Load::too_much;
  }

  // The worker's own thread, from here on.
  [[nodiscard]] asio::io_context& io() noexcept { return io_; }
  [[nodiscard]] BlockPool& blocks() noexcept { return blocks_; }
  [[nodiscard]] DeadlineWheel& wheel() noexcept { return wheel_; }
  [[nodiscard]] ExchangePool& exchanges() noexcept { return exchanges_; }
  [[nodiscard]] UpstreamPool& upstreams() noexcept { return upstreams_; }
  [[nodiscard]] Random& random() noexcept { return random_; }
  [[nodiscard]] WorkerMetrics& metrics() noexcept { return metrics_; }
  [[nodiscard]] const WorkerMetrics& metrics() const noexcept { return metrics_; }
  [[nodiscard]] unsigned index() const noexcept { return index_; }
  [[nodiscard]] Phase phase() const noexcept { return phase_; }
  [[nodiscard]] bool ready() const noexcept { return phase_ == Phase::serving; }

  // The newest revision, and what it says of a listener; null once it is gone.
  [[nodiscard]] const SnapshotLease& snapshot() const noexcept { return current_; }
  [[nodiscard]] const PublishedListener* listener(const SlotRef& slot) const noexcept;

  // A group as it is now, and the points of requests without identity.
  [[nodiscard]] GroupView& view(const std::shared_ptr<const TargetGroup>& group, Clock::time_point now);
  [[nodiscard]] Sequences& sequences() noexcept { return sequences_; }

  void log(const Exchange& exchange) {
    if (log_) log_->append(exchange);
  }

  // Mirrors in flight.
  [[nodiscard]] std::uint32_t mirrors() const noexcept { return mirrors_; }
  void change_mirrors(int by) noexcept { mirrors_ += static_cast<std::uint32_t>(by); }
  [[nodiscard]] ActiveAttempt::List& active_attempts() noexcept { return active_attempts_; }

  void add(Session& session) { sessions_.push_back(session); }
  // A session or an acceptor is gone: a draining worker that has none left ends.
  void something_ended();

 private:
  void run();
  void adopt(std::shared_ptr<const Published> published);
  void forget_the_gone(const Snapshot& snapshot);
  void update_acceptors();
  void stop_when_ended(unsigned turns);
  void withdraw(const Snapshot& snapshot);
  Awaitable<> flush_log();
  Awaitable<> end_what_is_due();

  unsigned index_;
  asio::io_context io_;
  BlockPool blocks_;
  DeadlineWheel wheel_;
  ExchangePool exchanges_;
  Random random_;
  WorkerMetrics metrics_;
  UpstreamPool upstreams_;
  std::unique_ptr<AccessLogBuffer> log_;
  Phase phase_ = Phase::serving;
  std::atomic<Load> load_{Load::bearable};
  SnapshotLease current_;
  std::vector<const PublishedListener*> by_slot_;
  std::vector<GroupView> views_;  // by group slot
  Sequences sequences_{random_.next()};
  std::vector<std::shared_ptr<Acceptor>> acceptors_;
  Sessions sessions_;
  ActiveAttempt::List active_attempts_;
  std::uint32_t mirrors_ = 0;
  std::atomic<bool> finished_{false};
  std::thread thread_;
};

}  // namespace sluice
