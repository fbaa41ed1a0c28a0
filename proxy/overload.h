// Watches the process' memory and its workers' loops from a thread of its own, and tells the workers when
// there is too much (health/overload.h decides): then they turn away what is new and let idle clients go, so
// that what is in flight is finished. What it costs a request is one load of the worker's own flag.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "health/overload.h"

namespace sluice {

class Worker;

class OverloadWatch {
 public:
  // The workers outlive it. It looks at nothing while no limit is set.
  explicit OverloadWatch(const std::vector<std::unique_ptr<Worker>>& workers);
  ~OverloadWatch();
  OverloadWatch(const OverloadWatch&) = delete;
  OverloadWatch& operator=(const OverloadWatch&) = delete;

  // Any thread.
  void set_limits(const OverloadLimits& limits);
  [[nodiscard]] bool is_over(OverloadReason reason) const noexcept {
    return over_[static_cast<std::size_t>(reason)].load(std::memory_order_relaxed);
  }

 private:
  void run();
  void look_once(const OverloadLimits& limits);
  void tell(const Overload& now, const OverloadReading& reading);
  void relieve();
  [[nodiscard]] OverloadReading read() const;

  const std::vector<std::unique_ptr<Worker>>& workers_;
  std::mutex mutex_;
  std::condition_variable wake_;
  OverloadLimits limits_;
  bool stop_ = false;
  Overload state_;  // the thread's own
  std::uint32_t looks_over_ = 0;
  std::array<std::atomic<bool>, overload_reasons> over_{};
  std::thread thread_;
};

[[nodiscard]] const char* to_string(OverloadReason reason) noexcept;

// What the process has in memory, bytes; 0 if the system does not say.
[[nodiscard]] std::uint64_t resident_memory();

}  // namespace sluice
