#include "proxy/overload.h"

#include <malloc.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "proxy/worker.h"

namespace sluice {
namespace {

constexpr std::chrono::milliseconds pace{100};
constexpr std::uint32_t looks_between_reliefs = 10;

std::chrono::milliseconds lag_of(const Worker& worker, Clock::time_point now) noexcept {
  if (worker.finished()) return {};
  const auto late = now - worker.last_tick() - DeadlineWheel::tick;
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::max(late, Clock::duration::zero()));
}

}  // namespace

const char* to_string(OverloadReason reason) noexcept {
  return reason == OverloadReason::memory ? "memory" : "loop_lag";
}

std::uint64_t resident_memory() {
  static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::ifstream file("/proc/self/statm");
  std::uint64_t size = 0, resident = 0;
  return file >> size >> resident ? resident * page : 0;
}

OverloadWatch::OverloadWatch(const std::vector<std::unique_ptr<Worker>>& workers) : workers_(workers) {
  thread_ = std::thread([this] { run(); });
}

OverloadWatch::~OverloadWatch() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void OverloadWatch::set_limits(const OverloadLimits& limits) {
  {
    const std::lock_guard lock(mutex_);
    limits_ = limits;
  }
  wake_.notify_one();
}

// With no limit it sleeps, but not before what it has begun has ended.
void OverloadWatch::run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    if (limits_ == OverloadLimits{} && !state_.is_over()) {
      wake_.wait(lock);
      continue;
    }
    const auto limits = limits_;
    lock.unlock();
    look_once(limits);
    lock.lock();
    if (!stop_) wake_.wait_for(lock, pace);
  }
}

void OverloadWatch::look_once(const OverloadLimits& limits) {
  const auto reading = read();
  const auto now = look(state_, limits, reading);
  tell(now, reading);
  state_ = now;
  if (!now.is_over()) {
    looks_over_ = 0;
  } else if (looks_over_++ % looks_between_reliefs == 0) {
    relieve();
  }
}

// Who has become idle goes, too; and what is free but not the system's yet would keep us over the limit.
void OverloadWatch::relieve() {
  for (const auto& worker : workers_) worker->enter(Load::too_much);
  if (state_.is_over(OverloadReason::memory)) ::malloc_trim(0);
}

OverloadReading OverloadWatch::read() const {
  OverloadReading reading{.memory = resident_memory()};
  const auto now = Clock::now();
  for (const auto& worker : workers_) reading.loop_lag = std::max(reading.loop_lag, lag_of(*worker, now));
  return reading;
}

void OverloadWatch::tell(const Overload& now, const OverloadReading& reading) {
  for (std::size_t i = 0; i < overload_reasons; ++i) {
    const auto reason = static_cast<OverloadReason>(i);
    if (now.is_over(reason) == state_.is_over(reason)) continue;
    over_[i].store(now.is_over(reason), std::memory_order_relaxed);
    spdlog::warn("overload by {} {}: {} KiB resident, the slowest worker is {} ms late", to_string(reason),
                 now.is_over(reason) ? "begins: new requests are refused" : "ends", reading.memory / 1024,
                 reading.loop_lag.count());
  }
  if (state_.is_over() && !now.is_over())
    for (const auto& worker : workers_) worker->enter(Load::bearable);
}

}  // namespace sluice
