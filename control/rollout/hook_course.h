// The course of one call: its tries, the waits between them, and what it answers. Lives on the runner's
// thread; each wait is one on its timer, which whatever happens cuts short.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <random>

#include "control/rollout/hook_call.h"
#include "control/rollout/http_calls.h"
#include "control/rollout/hook_program.h"

namespace sluice {

class HookCourse : public std::enable_shared_from_this<HookCourse> {
 public:
  HookCourse(boost::asio::io_context& io, HttpCalls& http, HookOptions options, HookCall call);

  // Nothing if it was cancelled. `self` keeps this alive.
  static boost::asio::awaitable<std::optional<HookAnswer>> follow(std::shared_ptr<HookCourse> self);

  // Ends an HTTP call at once, and a program by SIGTERM, and SIGKILL so much later.
  void cancel(std::chrono::milliseconds kill_after);

 private:
  using Clock = std::chrono::steady_clock;

  boost::asio::awaitable<TryResult> try_once();
  boost::asio::awaitable<TryResult> call(const config::HttpCall& http);
  boost::asio::awaitable<TryResult> run(const config::Command& command);
  boost::asio::awaitable<void> end_group(HookProgram& program);
  boost::asio::awaitable<void> sleep_until(Clock::time_point time);
  [[nodiscard]] std::function<void()> waker();
  [[nodiscard]] std::chrono::milliseconds pause_after(unsigned tries, const TryResult& result);
  [[nodiscard]] TryResult timed_out() const;

  boost::asio::io_context& io_;
  HttpCalls& http_;
  HookOptions options_;
  HookCall call_;
  boost::asio::steady_timer timer_;
  std::unique_ptr<HttpTransfer> transfer_;
  std::optional<HttpResult> result_;
  Clock::time_point kill_at_ = Clock::time_point::max();
  std::minstd_rand random_{std::random_device{}()};
  bool cancelled_ = false;
};

}  // namespace sluice
