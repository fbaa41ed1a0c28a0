#include "proxy/h2_stream.h"

#include "proxy/h2_connection.h"

namespace sluice {
namespace {

constexpr std::size_t kept_capacity = 16 * 1024;  // of a queue that has been emptied

IoStatus io_status(Wake wake) noexcept {
  return wake == Wake::timed_out ? IoStatus::timed_out : IoStatus::cancelled;
}

}  // namespace

H2Stream::H2Stream(DeadlineWheel& wheel, H2Connection& connection)
    : Deadline(wheel), connection_(connection) {
  connection_.streams_.push_back(*this);
  ++connection_.stream_count_;
}

H2Stream::~H2Stream() {
  if (gone_) *gone_ = true;
  auto& session = connection_.session();
  session.reset(*this, NGHTTP2_CANCEL);
  session.consume(*this, arrived_.size() + owed_);
  session.forget(*this);
  --connection_.stream_count_;
  connection_.pump();
}

void H2Stream::give_back_window() {
  if (owed_ == 0) return;
  connection_.session().consume(*this, std::exchange(owed_, 0));
  connection_.pump();
}

BodyStatus H2Stream::take_part(BodyPart& part) {
  part = {};
  give_back_window();
  pulled_.swap(arrived_);
  arrived_.clear();
  if (pulled_.capacity() > kept_capacity && pulled_.empty()) pulled_.shrink_to_fit();
  if (!pulled_.empty()) part.add(pulled_);
  owed_ = pulled_.size();
  part.end = ended_;
  if (ended_ && has_trailers_) {
    trailer_fields_.clear();
    if (!trailers_.read(trailer_fields_)) return BodyStatus::malformed;
    part.trailers = &trailer_fields_;
  }
  if (part.bytes == 0 && !part.end && closed_) return BodyStatus::truncated;
  return BodyStatus::ok;
}

Awaitable<BodyStatus> H2Stream::read_part(BodyPart& part) {
  give_back_window();
  for (;;) {
    if (!arrived_.empty() || ended_ || closed_) co_return take_part(part);
    if (interrupted_)
      co_return *interrupted_ == Wake::timed_out ? BodyStatus::timed_out : BodyStatus::cancelled;
    const auto wake = co_await reading_.wait();
    if (wake == Wake::timed_out) co_return BodyStatus::timed_out;
    if (wake == Wake::cancelled) co_return BodyStatus::cancelled;
  }
}

Awaitable<IoStatus> H2Stream::send_part(const BodyPart& part) {
  if (!is_open()) co_return IoStatus::failed;
  connection_.session().send_part(*this, part);
  connection_.pump();
  if (!is_sending()) co_return is_open() || closed_cleanly() ? IoStatus::ok : IoStatus::failed;
  co_return co_await finish_part();
}

// Nothing of the part is looked at any more.
void H2Stream::give_up_sending() noexcept {
  sending_ = nullptr;
  end_pending_ = false;
}

Awaitable<IoStatus> H2Stream::finish_part() {
  while (is_sending()) {
    if (interrupted_) {
      give_up_sending();
      co_return io_status(*interrupted_);
    }
    const auto wake = co_await writing_.wait();
    if (wake == Wake::ready) continue;
    give_up_sending();
    co_return io_status(wake);
  }
  co_return is_open() || closed_cleanly() ? IoStatus::ok : IoStatus::failed;
}

Awaitable<Wake> H2Stream::wait_for_head() {
  while (!head_whole_ && !closed_) {
    if (interrupted_) co_return *interrupted_;
    if (const auto wake = co_await reading_.wait(); wake != Wake::ready) co_return wake;
  }
  co_return Wake::ready;
}

bool H2Stream::wake_all(Wake why) {
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

void H2Stream::interrupt() {
  interrupted_ = Wake::cancelled;
  wake_all(Wake::cancelled);
}

void H2Stream::on_deadline() {
  interrupted_ = Wake::timed_out;
  wake_all(Wake::timed_out);
}

void H2Stream::on_news() {
  wake_all(Wake::ready);
}

void H2Stream::reset(std::uint32_t code) noexcept {
  connection_.session().reset(*this, code);
  connection_.pump();
}

}  // namespace sluice
