// Calls hooks, off the thread of whoever wants their answers: one thread waits for all of them, so that there
// is no limit to how many hang. Used by the rollout engine and the notifier, from the control thread only.
#pragma once

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <memory>

#include "control/rollout/hook_call.h"

namespace sluice {

// Names a call that was started. The default names none.
struct HookTicket {
  std::uint64_t number = 0;
  bool operator==(const HookTicket&) const = default;
};

class HookRunner {
 public:
  HookRunner(boost::asio::io_context& control, HookOptions options);
  // Cancels all; takes at most about a second, after which programs are killed.
  ~HookRunner();
  HookRunner(const HookRunner&) = delete;
  HookRunner& operator=(const HookRunner&) = delete;

  // Tries, and tries again as the hook says. `answered` is called once, on the control io_context and never
  // from inside this; it may start and cancel, and must not destroy the runner.
  [[nodiscard]] HookTicket start(HookCall call, std::function<void(HookAnswer)> answered);
  // `answered` never comes from then on. Nothing happens if it has come, or for a ticket that names none.
  void cancel(HookTicket ticket);

 private:
  struct Open;
  class Thread;

  std::shared_ptr<Open> open_;
  std::uint64_t last_ = 0;
  std::unique_ptr<Thread> thread_;
};

}  // namespace sluice
