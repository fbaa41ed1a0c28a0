// Tells people what rollouts do: each notice goes to each of `notifications:`, in order, one at a time for
// each of them, so that one that is down holds up no other. Nobody waits for it. Control thread only.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "control/notification_config.h"
#include "control/rollout/hook_runner.h"
#include "control/rollout/notice.h"

namespace sluice {

class Notifier {
 public:
  static constexpr std::size_t longest_queue = 100;  // notices, for each address

  // Of all that were told, since the start.
  struct Counts {
    std::uint64_t sent = 0;
    std::uint64_t failed = 0;   // refused, or not taken in any of the tries
    std::uint64_t dropped = 0;  // the oldest of a full queue
    bool operator==(const Counts&) const = default;
  };

  explicit Notifier(HookRunner& runner);  // which outlives this
  ~Notifier();  // what has not been sent is not
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

  // Who is told from now on. Those that stay keep what waits for them.
  void publish(const std::vector<config::Notification>& addresses);
  void notify(const Notice& notice);
  [[nodiscard]] const Counts& counts() const noexcept { return counts_; }

 private:
  struct Address;
  void send_next(Address& address);
  void sent(Address& address, const HookAnswer& answer);

  HookRunner& runner_;
  std::vector<std::unique_ptr<Address>> addresses_;
  Counts counts_;
};

}  // namespace sluice
