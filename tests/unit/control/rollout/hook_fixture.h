// A control thread for tests of hooks: the test itself, which runs its io_context until something has come.
#pragma once

#include <boost/asio/executor_work_guard.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/rollout/hook_runner.h"
#include "tests/unit/control/scratch_folder.h"

namespace sluice {

using namespace std::chrono_literals;

class HookTest : public testing::Test {
 protected:
  using Clock = std::chrono::steady_clock;

  // Runs what is posted here until `so`; false if that takes too long.
  template <class Predicate>
  [[nodiscard]] bool until(Predicate so, std::chrono::milliseconds longest = 10s) {
    const auto end = Clock::now() + longest;
    while (!so()) {
      if (Clock::now() > end) return false;
      control_.run_one_for(5ms);
    }
    return true;
  }

  HookAnswer answer_to(HookCall call) {
    std::optional<HookAnswer> answer;
    (void)runner_->start(std::move(call), [&](HookAnswer came) { answer = std::move(came); });
    EXPECT_TRUE(until([&] { return answer.has_value(); }));
    return answer.value_or(HookAnswer{.reason = "no answer"});
  }

  static HookCall http(const std::string& url, std::chrono::milliseconds timeout = 5s, unsigned retries = 0) {
    HookCall call{.hook = {}, .idempotency_key = "rollout-7.before_step.2", .body = R"({"step":2})"};
    call.hook.call = config::HttpCall{url, ""};
    call.hook.timeout = timeout;
    call.hook.retries = retries;
    return call;
  }

  static HookCall command(std::vector<std::string> words, std::chrono::milliseconds timeout = 5s,
                          unsigned retries = 0) {
    auto call = http("", timeout, retries);
    call.hook.call = config::Command{std::move(words)};
    return call;
  }
  // By a shell that the test asks for itself.
  static HookCall script(const std::string& text, std::chrono::milliseconds timeout = 5s,
                         unsigned retries = 0) {
    return command({"sh", "-c", text}, timeout, retries);
  }

  ScratchFolder folder_;
  boost::asio::io_context control_{1};
  // Else it would stop for good when nothing waits.
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{control_.get_executor()};
  std::unique_ptr<HookRunner> runner_ = std::make_unique<HookRunner>(
      control_, HookOptions{.config_file = folder_.file("sluice.yaml"), .first_back_off = 20ms,
                            .kill_after = 300ms});
};

}  // namespace sluice
