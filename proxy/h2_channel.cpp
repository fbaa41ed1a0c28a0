#include "proxy/h2_channel.h"

#include <algorithm>

#include "proxy/h2_connection.h"

namespace sluice {
namespace {

constexpr std::size_t least_room = 256;
// For the taking of half a window, beyond the time that it needs on its way.
constexpr std::chrono::milliseconds quick{50};

IoStatus io_status(Wake wake) noexcept {
  return wake == Wake::timed_out ? IoStatus::timed_out : IoStatus::cancelled;
}

BodyStatus body_status(Wake wake) noexcept {
  return wake == Wake::timed_out ? BodyStatus::timed_out : BodyStatus::cancelled;
}

}  // namespace

H2Channel::H2Channel(DeadlineWheel& wheel, H2Connection& connection)
    : Deadline(wheel), connection_(connection) {
  connection_.join(*this);
}

H2Channel::~H2Channel() {
  if (gone_) *gone_ = true;
  connection_.session().release(*this);
  connection_.leave(*this);
}

void H2Channel::give_back_window() {
  const auto bytes = connection_.session().give_back_window(*this);
  if (bytes == 0) return;
  judge_window(bytes);
  connection_.pump();
}

// Whoever takes what comes as it comes gets a window that does not limit it, however far it has come; whoever
// is slow holds no more than what it takes in that time.
void H2Channel::judge_window(std::size_t given_back) {
  if (!is_open() || has_ended()) return;  // nothing more comes
  auto& session = connection_.session();
  given_back_ += given_back;
  const auto window = session.own_window(*this);
  const bool is_first = window_judged_at_ == Clock::time_point();  // its time is that of thinking, too
  if (given_back_ < window / 2 && !is_first) return;
  given_back_ = 0;
  const auto before = std::exchange(window_judged_at_, Clock::now());
  if (!is_first && window_judged_at_ - before <= connection_.round_trip() + quick)
    session.widen(*this, more_window(window));
}

BodyStatus H2Channel::take_part(BodyPart& part) {
  give_back_window();
  return take_arrivals(part);
}

Awaitable<BodyStatus> H2Channel::read_part(BodyPart& part) {
  give_back_window();
  while (!has_arrivals() && !has_ended() && !is_closed()) {
    if (interrupted_) co_return body_status(*interrupted_);
    const auto wake = co_await reading_.wait();
    if (wake != Wake::ready) co_return body_status(wake);
  }
  co_return take_arrivals(part);
}

void H2Channel::submit_part(const BodyPart& part) {
  connection_.session().send_part(*this, part);
  connection_.pump();
}

Awaitable<IoStatus> H2Channel::send_part(const BodyPart& part) {
  submit_part(part);
  co_return co_await finish_part();
}

Awaitable<IoStatus> H2Channel::finish_part() {
  while (is_sending()) {
    auto wake = interrupted_.value_or(Wake::ready);
    if (wake == Wake::ready) wake = co_await writing_.wait();
    if (wake == Wake::ready) continue;
    give_up_sending();
    co_return io_status(wake);
  }
  co_return is_open() || closed_cleanly() ? IoStatus::ok : IoStatus::failed;
}

std::size_t H2Channel::room() const noexcept {
  return std::max(least_room, std::min(connection_.session().window(*this), connection_.room()));
}

Awaitable<Wake> H2Channel::wait_for_greeting() {
  while (!connection_.session().is_greeted() && !is_closed()) {
    if (interrupted_) co_return *interrupted_;
    const auto wake = co_await reading_.wait();
    if (wake != Wake::ready) co_return wake;
  }
  co_return Wake::ready;
}

Awaitable<Wake> H2Channel::wait_for_head() {
  while (!has_head() && !is_closed()) {
    if (interrupted_) co_return *interrupted_;
    const auto wake = co_await reading_.wait();
    if (wake != Wake::ready) co_return wake;
  }
  co_return Wake::ready;
}

bool H2Channel::wake_all(Wake why) {
  bool gone = false;
  bool* const outer = std::exchange(gone_, &gone);
  reading_.notify(why);
  if (!gone) writing_.notify(why);
  if (!gone)
    gone_ = outer;
  else if (outer)
    *outer = true;
  return !gone;
}

void H2Channel::interrupt() {
  interrupted_ = Wake::cancelled;
  wake_all(Wake::cancelled);
}

void H2Channel::on_deadline() {
  interrupted_ = Wake::timed_out;
  wake_all(Wake::timed_out);
}

void H2Channel::on_news() {
  wake_all(Wake::ready);
}

void H2Channel::reset(std::uint32_t code) noexcept {
  connection_.session().reset(*this, code);
  connection_.pump();
}

}  // namespace sluice
