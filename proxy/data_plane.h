// The data plane as the rest of the process sees it: workers that serve what was last published. publish()
// and drain() are the two places where control meets it.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "proxy/overload.h"
#include "proxy/worker.h"

namespace sluice {

class DataPlane {
 public:
  // `log` may be null; it must outlive the data plane, as must `outcomes`.
  DataPlane(unsigned workers, Outcomes& outcomes, AccessLog* log);
  ~DataPlane();

  // Prepares all that the snapshot needs (sockets, TLS) and hands it to every worker, or says why it can't
  // and changes nothing. One thread at a time.
  [[nodiscard]] Result<void, std::string> publish(std::shared_ptr<const Snapshot> snapshot);
  // Whether publish would work just now; what that opened is closed again.
  [[nodiscard]] Result<void, std::string> check(std::shared_ptr<const Snapshot> snapshot) const;

  // Unready from now on; each answer says Connection: close.
  void become_lame_duck();
  // Accepts no more, lets exchanges finish within `deadline`, cuts off the rest, and ends the workers.
  // Blocks. True if nothing had to be cut off.
  bool drain(std::chrono::milliseconds deadline);

  // Any thread.
  [[nodiscard]] OverloadWatch& overload() noexcept { return *overload_; }
  [[nodiscard]] const OverloadWatch& overload() const noexcept { return *overload_; }

  [[nodiscard]] bool ready() const noexcept { return ready_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Worker>>& workers() const noexcept { return workers_; }
  [[nodiscard]] const std::vector<PublishedListener>& listeners() const noexcept {
    return current_->listeners;
  }
  // The newest; null before the first. The thread that publishes.
  [[nodiscard]] const std::shared_ptr<const Snapshot>& snapshot() const noexcept { return current_->snapshot; }

 private:
  [[nodiscard]] Result<std::shared_ptr<Published>, std::string> prepare(
      std::shared_ptr<const Snapshot> snapshot) const;
  [[nodiscard]] Result<PublishedListener, std::string> prepare(
      const std::shared_ptr<const Listener>& listener) const;
  [[nodiscard]] std::shared_ptr<ListenSockets> sockets_of(const Listener& listener) const;

  InheritedSockets inherited_;
  std::shared_ptr<const Published> current_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::unique_ptr<OverloadWatch> overload_;
  std::atomic<bool> ready_{false};
};

// The cores that this process may use: its affinity, and its cgroup's CPU quota rounded up. At least 1.
[[nodiscard]] unsigned usable_cores();

}  // namespace sluice
