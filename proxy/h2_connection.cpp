#include "proxy/h2_connection.h"

#include <algorithm>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

namespace sluice {
namespace {

constexpr std::chrono::seconds linger_time{1};
constexpr std::chrono::seconds longest_round_trip{1};  // that is believed
constexpr std::size_t linger_bytes = 4 * 1024 * 1024;
// After so many others have their turn: a hundred streams that begin at once may each have to connect.
constexpr int most_told = 16;
constexpr int last_rounds = 16;
constexpr std::size_t heads_of_frames =
    9 * (BlockPool::block_size / (16 * 1024) + 1);  // that fit into a block

}  // namespace

void H2Connection::fill_output() {
  if (broken_ || mute_) return;
  if (session_.wants_write()) {
    if (!out_) out_ = Buffer(blocks_);
    if (out_.unread().empty()) out_.rewind(0);
    out_.filled(session_.produce(out_.space()));
  }
  if (out_ && out_.unread().empty()) out_.release();
}

std::size_t H2Connection::room() noexcept {
  if (writing_ || broken_ || mute_) return 0;
  const auto space = out_ ? out_.space().size() : BlockPool::block_size;
  return space - std::min(space, heads_of_frames);
}

void H2Connection::pump() {
  if (lingering_) return;
  if (!writing_) fill_output();
  schedule();
}

void H2Connection::join(H2Channel& channel) {
  if (channels_.empty()) silent_since_ = now();
  channels_.push_back(channel);
  ++exchanges_;
  if (broken_) session_.lose(channel);
}

void H2Connection::leave(H2Channel& channel) {
  channels_.erase(channels_.iterator_to(channel));
  --exchanges_;
  pump();
}

void H2Connection::schedule() {
  if (lingering_ || std::exchange(scheduled_, true)) return;
  asio::post(io_, [this] {
    scheduled_ = false;
    take_turn();
  });
}

void H2Connection::take_turn() {
  tell_streams();
  on_turn();
  flush();
  tell_streams();
  set_deadline();
  if (scheduled_) return;
  if (reading_ && session_.is_over()) return stream_->interrupt(Wake::cancelled);
  quiet_.notify(Wake::ready);
}

// Everything that is ready goes now; what the socket does not take, a coroutine writes.
void H2Connection::flush() {
  if (writing_ || broken_ || mute_) return;
  for (;;) {
    fill_output();
    if (!out_) return;
    const iovec piece{const_cast<char*>(out_.unread().data()), out_.unread().size()};
    const auto written = stream_->try_write({&piece, 1});
    if (written.status == IoStatus::ok) {
      out_.consume(written.bytes);
      continue;
    }
    if (!needs_more(written.status)) return stop_writing();
    writing_ = true;
    writing_since_ = now();
    set_deadline();
    asio::co_spawn(io_.get_executor(), write_rest(), asio::detached);
    return;
  }
}

Awaitable<> H2Connection::write_rest() {
  iovec piece{const_cast<char*>(out_.unread().data()), out_.unread().size()};
  const auto written = co_await stream_->write_all({&piece, 1});
  writing_ = false;
  if (written.status == IoStatus::ok) {
    out_.consume(out_.unread().size());
    set_deadline();
  } else if (written.status == IoStatus::failed) {
    stop_writing();
  } else {
    break_off();
  }
  schedule();
}

// What a target has said counts more than that we could not send: it may have answered and closed before it
// had read everything. Reading comes to the end of that, and then breaks off. A client that takes no answers
// is not read any further.
void H2Connection::stop_writing() {
  if (role_ == H2Session::Role::server) return break_off();
  mute_ = true;
  out_.release();
  schedule();
  stream_->descriptor().wake(Direction::read, Wake::ready);
}

Awaitable<> H2Connection::serve() {
  schedule();  // the first frame is ours to send
  set_deadline();
  for (bool more = true; more;) more = co_await read_once();
  reading_ = false;
  say_the_rest();
  const bool polite = !broken_ && !mute_ && !writing_ && session_.is_over() && channels_.empty();
  if (!broken_ && !writing_) stream_->shut_write();
  if (!polite) break_off();
  while (scheduled_ || writing_ || !channels_.empty()) std::ignore = co_await quiet_.wait();
  if (polite && !broken_) co_await linger();
  in_.release();
}

// A goodbye, and answers that have all they waited for. What begins anew with each that is told has an end:
// others wait for their turn.
void H2Connection::say_the_rest() {
  for (int round = 0; round < last_rounds; ++round) {
    flush();
    tell_streams();
    if (!out_ || writing_ || broken_ || mute_) return;
  }
  flush();
}

// A close with unread bytes is a reset, which may overtake the goodbye.
Awaitable<> H2Connection::linger() {
  lingering_ = true;
  stream_->rearm();
  stream_->expires_after(linger_time);
  if (!in_) in_ = Buffer(blocks_);
  for (std::size_t read = 0; read < linger_bytes;) {
    in_.rewind(0);
    const auto got = co_await stream_->read_some(in_.space());
    if (got.status != IoStatus::ok) co_return;
    read += got.bytes;
  }
}

// False when there is nothing more to read.
Awaitable<bool> H2Connection::read_once() {
  if (!in_) in_ = Buffer(blocks_);
  in_.rewind(0);
  const auto got = stream_->try_read(in_.space());
  if (needs_more(got.status)) {
    in_.release();
    const auto woken = co_await stream_->wait(got.status);
    session_.begin_turn();
    if (woken == IoStatus::timed_out) {
      stream_->rearm();
      if (!on_timeout()) co_return false;
      set_deadline();
      co_return true;
    }
    co_return woken == IoStatus::ok;
  }
  if (got.status != IoStatus::ok || broken_) co_return false;
  for (std::string_view bytes(in_.space().data(), got.bytes); !bytes.empty();) {
    const bool fine = take_in(bytes);
    tell_streams();
    schedule();
    if (!fine || session_.is_over()) co_return false;
    if (!session_.is_turn_over() || !takes_turns()) continue;
    co_await asio::post(io_, use_awaitable);  // others have their turn before the rest
    if (broken_) co_return false;
  }
  co_return true;
}

// False if the connection is broken by it.
bool H2Connection::take_in(std::string_view& bytes) {
  silent_since_ = now();
  forgive_resets();
  const bool greeted = session_.is_greeted(), acknowledged = session_.is_acknowledged();
  const bool fine = session_.receive(bytes);
  if (std::exchange(heads_seen_, session_.heads()) != session_.heads()) block_begun_ = now();
  if (acknowledged != session_.is_acknowledged())
    round_trip_ = std::min<Clock::duration>(Clock::now() - begun_, longest_round_trip);
  if (greeted != session_.is_greeted())
    for (auto& channel : channels_) session_.note(channel);
  if (!fine)
    session_.terminate(session_.abuse() == Abuse::none ? NGHTTP2_PROTOCOL_ERROR : NGHTTP2_ENHANCE_YOUR_CALM);
  return fine;
}

void H2Connection::forgive_resets() {
  constexpr auto each = std::chrono::milliseconds(1000) / H2Abuse::resets_forgiven;
  const auto count = (now() - resets_forgiven_) / each;
  if (count == 0) return;
  resets_forgiven_ += count * each;
  session_.forgive_resets(static_cast<std::uint32_t>(count));
}

void H2Connection::tell_streams() {
  for (int told = 0; told < most_told || !takes_turns(); ++told) {
    auto* const stream = session_.next_with_news();
    if (!stream) return;
    static_cast<H2Channel*>(stream)->on_news();
  }
  schedule();
}

void H2Connection::break_off() {
  if (lingering_ || std::exchange(broken_, true)) return;
  out_.release();
  for (auto& channel : channels_) session_.lose(channel);
  schedule();
  stream_->interrupt(Wake::cancelled);  // may be the end of the reading, and in its turn that of this
}

void H2Connection::cut_off() {
  if (lingering_) return stream_->interrupt(Wake::cancelled);
  break_off();
}

void H2Connection::set_deadline() {
  const auto when = deadline();
  if (when == Clock::time_point::max()) {
    stream_->never();
  } else {
    stream_->expires_at(when + DeadlineWheel::tick);
  }
}

}  // namespace sluice
