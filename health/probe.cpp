#include "health/probe.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <random>

namespace sluice {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

constexpr auto awaited = asio::as_tuple(asio::use_awaitable);

double random_point() {
  static thread_local std::minstd_rand random(std::random_device{}());
  return std::uniform_real_distribution<double>(0, 1)(random);
}

// Checks begin at ticks, so that one turn of the loop begins several of them.
SteadyTime tick_after(SteadyTime time) {
  using namespace std::chrono_literals;
  constexpr auto tick = std::chrono::duration_cast<SteadyTime::duration>(10ms).count();
  const auto count = time.time_since_epoch().count();
  return SteadyTime(SteadyTime::duration((count + tick - 1) / tick * tick));
}

}  // namespace

Probe::Probe(asio::io_context& io, double phase, Tell tell)
    : io_(io),
      phase_(phase),
      tell_(std::move(tell)),
      schedule_({}, std::chrono::milliseconds(1), phase),
      timer_(io),
      socket_(io) {}

void Probe::ask(PreparedCheck check) {
  const bool runs = check_ != nullptr;
  schedule_ = CheckSchedule(Clock::now(), check.question.check->interval, phase_);
  check_ = std::make_shared<const PreparedCheck>(std::move(check));
  if (!runs) return asio::co_spawn(io_, run(shared_from_this()), asio::detached);
  timer_.cancel();
  give_up();
}

void Probe::stop() {
  check_ = nullptr;
  timer_.cancel();
  give_up();
}

asio::awaitable<void> Probe::run(std::shared_ptr<Probe> self) {
  for (;;) {
    const auto check = self->check_;
    if (!check) co_return;
    auto due = self->schedule_.first();
    while (check == self->check_) {
      self->timer_.expires_at(tick_after(due));
      co_await self->timer_.async_wait(awaited);
      if (check != self->check_) break;
      const auto result = co_await self->check_once(check);
      if (check != self->check_) break;
      self->tell_(result);
      due = self->schedule_.next(due, Clock::now(), random_point());
    }
  }
}

asio::awaitable<CheckResult> Probe::check_once(std::shared_ptr<const PreparedCheck> check) {
  timed_out_ = false;
  timer_.expires_after(check->question.check->timeout);
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error) self->give_up();
  });
  auto result = co_await check_target(socket_, *check);
  timer_.cancel();
  if (timed_out_ && !result.passed()) {
    result.kind = CheckResult::Kind::timeout;
    result.description = "Request timed out";
  }
  co_return result;
}

void Probe::give_up() {
  timed_out_ = true;
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace sluice
