// The I/O of an HTTP/2 connection, whichever side we are: one coroutine reads, frames of all streams that
// were ready in one turn of the loop leave in one write. Whoever has a connection derives from it and says
// what its streams are.
#pragma once

#include "proxy/buffer.h"
#include "proxy/h2_channel.h"
#include "proxy/h2_session.h"
#include "proxy/stream.h"

namespace sluice {

class H2Connection {
 public:
  H2Connection(asio::io_context& io, BlockPool& blocks, std::unique_ptr<Stream> stream, H2Session::Role role,
               const H2Settings& settings, H2Session::Streams* streams)
      : io_(io),
        blocks_(blocks),
        stream_(std::move(stream)),
        role_(role),
        session_(role, settings, streams),
        begun_(Clock::now()),
        silent_since_(now()),
        block_begun_(now()),
        resets_forgiven_(now()) {}
  H2Connection(const H2Connection&) = delete;
  H2Connection& operator=(const H2Connection&) = delete;

  // Something was submitted: it is put into the output at once, as far as there is room and window, and
  // leaves with what others have to say in this turn.
  void pump();

  // How many bytes the output takes, that the socket has not left standing.
  [[nodiscard]] std::size_t room() noexcept;

  // A channel's own doing.
  void join(H2Channel& channel);
  void leave(H2Channel& channel);

  [[nodiscard]] H2Session& session() noexcept { return session_; }
  [[nodiscard]] Stream& stream() noexcept { return *stream_; }
  // To the peer and back, as its first answer took; 0 until it has come.
  [[nodiscard]] Clock::duration round_trip() const noexcept { return round_trip_; }
  // Exchanges that are not over, those that were reset among them.
  [[nodiscard]] std::size_t exchanges() const noexcept { return exchanges_; }

 protected:
  virtual ~H2Connection() = default;

  // Serves until the connection is over and no coroutine of its own is left; streams are to end by then.
  [[nodiscard]] Awaitable<> serve();
  // Nothing may be sent or read any more: every stream is told.
  void break_off();
  // The same now, a goodbye that is waited for included: may be the end of this.
  void cut_off();

  // Until when an idle or a slow peer is waited for; asked after each turn. max(): as long as it takes. What
  // must not be put off by what we do, or by each byte that comes, is counted from one of the moments below.
  [[nodiscard]] virtual Clock::time_point deadline() const noexcept = 0;
  // The deadline has passed. False: break off at once.
  [[nodiscard]] virtual bool on_timeout() = 0;
  virtual void on_turn() {}
  [[nodiscard]] Clock::time_point now() const noexcept { return stream_->wheel().now(); }
  // The peer said something last, or nobody waited for anything before.
  [[nodiscard]] Clock::time_point silent_since() const noexcept { return silent_since_; }
  // The newest header block began; the connection, if there was none yet.
  [[nodiscard]] Clock::time_point block_begun() const noexcept { return block_begun_; }
  // What is_writing() began.
  [[nodiscard]] Clock::time_point writing_since() const noexcept { return writing_since_; }
  [[nodiscard]] bool is_writing() const noexcept { return writing_; }
  // It is good for nothing new.
  [[nodiscard]] bool is_ending() const noexcept { return broken_ || mute_ || !reading_; }
  [[nodiscard]] const H2Session& session() const noexcept { return session_; }

  using Channels = boost::intrusive::list<
      H2Channel,
      boost::intrusive::member_hook<H2Channel, decltype(H2Channel::sibling_), &H2Channel::sibling_>,
      boost::intrusive::constant_time_size<false>>;
  Channels channels_;

 private:
  [[nodiscard]] Awaitable<bool> read_once();
  [[nodiscard]] bool take_in(std::string_view& bytes);
  void forgive_resets();
  // Clients do, with each other, while they are read. What a target's connection brings is for many, and
  // leaves as a whole.
  [[nodiscard]] bool takes_turns() const noexcept {
    return role_ == H2Session::Role::server && reading_ && !broken_;
  }
  void tell_streams();
  void schedule();
  void take_turn();
  void flush();
  void say_the_rest();
  [[nodiscard]] Awaitable<> linger();
  [[nodiscard]] Awaitable<> write_rest();
  void fill_output();
  void stop_writing();
  void set_deadline();

  asio::io_context& io_;
  BlockPool& blocks_;
  std::unique_ptr<Stream> stream_;
  H2Session::Role role_;
  H2Session session_;
  Buffer in_, out_;
  std::size_t exchanges_ = 0;
  bool scheduled_ = false;
  bool writing_ = false;  // a coroutine waits to go on
  bool broken_ = false;
  bool mute_ = false;  // the peer takes no more
  bool reading_ = true;
  bool lingering_ = false;  // all is said: nothing is sent or told any more, and any wake-up may be the end
  Clock::time_point begun_;
  Clock::duration round_trip_{};
  Clock::time_point silent_since_, block_begun_, writing_since_;
  Clock::time_point resets_forgiven_;  // until then
  std::uint32_t heads_seen_ = 0;       // of the session
  Wakeup quiet_;
};

}  // namespace sluice
