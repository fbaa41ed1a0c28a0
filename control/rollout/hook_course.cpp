#include "control/rollout/hook_course.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <signal.h>
#include <spdlog/spdlog.h>

#include "control/rollout/back_off.h"
#include "control/rollout/hook_request.h"
#include "control/units.h"

namespace sluice {
namespace {

using boost::asio::awaitable;
using namespace std::chrono_literals;

std::string with_tries(std::string reason, unsigned tries) {
  return tries == 1 ? reason : reason + " (" + std::to_string(tries) + " tries)";
}

}  // namespace

HookCourse::HookCourse(boost::asio::io_context& io, HttpCalls& http, HookOptions options, HookCall call)
    : io_(io), http_(http), options_(std::move(options)), call_(std::move(call)), timer_(io) {}

awaitable<std::optional<HookAnswer>> HookCourse::follow(std::shared_ptr<HookCourse> self) {
  for (unsigned tries = 1; !self->cancelled_; ++tries) {
    auto result = co_await self->try_once();
    if (self->cancelled_) break;
    if (result.verdict == TryResult::Verdict::final || tries > self->call_.hook.retries) {
      result.answer.reason = with_tries(std::move(result.answer.reason), tries);
      co_return std::move(result.answer);
    }
    const auto pause = self->pause_after(tries, result);
    spdlog::warn("hook {}: {}; the next try is in {}", name_of(self->call_.hook), result.answer.reason,
                 config::duration_text(pause));
    co_await self->sleep_until(Clock::now() + pause);
  }
  co_return std::nullopt;
}

void HookCourse::cancel(std::chrono::milliseconds kill_after) {
  cancelled_ = true;
  kill_at_ = std::min(kill_at_, Clock::now() + kill_after);
  transfer_.reset();
  timer_.cancel();
}

std::chrono::milliseconds HookCourse::pause_after(unsigned tries, const TryResult& result) {
  const double chance = std::uniform_real_distribution<>(0, 1)(random_);
  return back_off(tries, options_.first_back_off, chance, result.not_before);
}

TryResult HookCourse::timed_out() const {
  return failed_try("timed out after " + config::duration_text(call_.hook.timeout));
}

std::function<void()> HookCourse::waker() {
  return [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->timer_.cancel();
  };
}

awaitable<void> HookCourse::sleep_until(Clock::time_point time) {
  timer_.expires_at(time);
  co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
}

awaitable<TryResult> HookCourse::try_once() {
  if (const auto* http = std::get_if<config::HttpCall>(&call_.hook.call)) co_return co_await call(*http);
  co_return co_await run(std::get<config::Command>(call_.hook.call));
}

awaitable<TryResult> HookCourse::call(const config::HttpCall& http) {
  auto request = http_request(call_, http, options_.config_file);
  if (!request) co_return failed_try(request.error());
  result_.reset();
  transfer_ = http_.post(*std::move(request), [weak = weak_from_this()](HttpResult result) {
    const auto self = weak.lock();
    if (!self) return;
    self->result_ = std::move(result);
    self->timer_.cancel();
  });
  // libcurl keeps the deadline; this one is for the day that it does not.
  co_await sleep_until(Clock::now() + call_.hook.timeout + 1s);
  transfer_.reset();
  if (!result_ || result_->error == HttpResult::Error::timed_out) co_return timed_out();
  co_return judge_http(*result_, call_.reads);
}

awaitable<TryResult> HookCourse::run(const config::Command& command) {
  auto started = HookProgram::start(io_, program_start(call_, command, options_.config_file), waker());
  if (!started) co_return failed(started.error());
  auto& program = **started;
  const auto deadline = Clock::now() + call_.hook.timeout;
  while (!program.ended() && !cancelled_ && Clock::now() < deadline) co_await sleep_until(deadline);
  if (program.ended()) {
    const auto end = program.take_end();
    auto result = judge_program(end);
    if (result.answer.kind == HookAnswer::Kind::fail)
      spdlog::warn("hook {}: {}; its last output:\n{}", name_of(call_.hook), result.answer.reason,
                   end.output);
    co_return result;
  }
  co_await end_group(program);
  co_return timed_out();
}

// What has its output open may still be at its clean-up when the program itself has ended.
awaitable<void> HookCourse::end_group(HookProgram& program) {
  program.signal_group(SIGTERM);
  if (!cancelled_) kill_at_ = Clock::now() + options_.kill_after;
  while (!program.silent() && Clock::now() < kill_at_) co_await sleep_until(kill_at_);
  program.signal_group(SIGKILL);
  const auto patience = Clock::now() + 5s;  // the kernel may hold it
  while (!program.ended() && Clock::now() < patience) co_await sleep_until(patience);
  if (program.ended()) (void)program.take_end();
  kill_at_ = Clock::time_point::max();
}

}  // namespace sluice
