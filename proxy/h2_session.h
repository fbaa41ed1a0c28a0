// HTTP/2 without I/O: bytes in, events for streams; what is submitted, and bytes out. The proxy's one place
// that knows nghttp2. Its callbacks fill and empty the queues of streams and resume nobody: whoever feeds the
// session calls next_with_news() afterwards.
#pragma once

#include <nghttp2/nghttp2.h>

#include <memory>
#include <span>
#include <string_view>

#include "proxy/h2_abuse.h"
#include "proxy/h2_stream.h"

namespace sluice {

// What waits for us to take it holds back its stream; a client's, its connection, too. A target's connection
// belongs to many clients, and none that is slow may hold back the others: there it is the streams' windows
// alone that bound what we hold.
struct H2Settings {
  std::uint32_t max_streams = 100;
  std::uint32_t stream_window = 64 * 1024;        // bytes
  std::uint32_t connection_window = 1024 * 1024;  // bytes
  H2Block::Limits head;
};

// A header block on its way out, of views.
using H2Fields = std::span<const nghttp2_nv>;

class H2Session {
 public:
  enum class Role : std::uint8_t { server, client };

  // Server: gives a stream to fill when a request begins; null refuses it.
  class Streams {
   public:
    virtual H2Stream* begin_stream() = 0;

   protected:
    ~Streams() = default;
  };

  H2Session(Role role, const H2Settings& settings, Streams* streams);

  // Takes off as many bytes as there is time for in a turn of the loop, at least one: frames can be small,
  // and thousands to a read, and reads can be small, and follow each other for as long as the peer sends. The
  // first call after a turn begins the next. False if the connection is broken beyond a goodbye.
  [[nodiscard]] bool receive(std::string_view& bytes);
  void begin_turn() noexcept;
  // Whoever has a turn gives it to others.
  [[nodiscard]] bool is_turn_over() const noexcept { return turn_ <= 0; }
  // Writes frames; how many bytes. 0: there is nothing to send, or no room for the next frame.
  [[nodiscard]] std::size_t produce(std::span<char> into);
  // Nothing more will come or go.
  [[nodiscard]] bool is_over() const noexcept;
  [[nodiscard]] bool wants_write() const noexcept {
    return !rest_.empty() || nghttp2_session_want_write(session_.get());
  }

  // The next stream that something happened to since; null: none.
  [[nodiscard]] H2Stream* next_with_news() noexcept;
  // Something happened that concerns this one.
  void note(H2Stream& stream) noexcept;

  // A head that is not the last; a part is taken until it is null in the stream again.
  void send_interim(H2Stream& stream, H2Fields head);
  [[nodiscard]] bool send_response(H2Stream& stream, H2Fields head, const BodyPart& first);
  [[nodiscard]] bool send_request(H2Stream& stream, H2Fields head, const BodyPart& first);
  void send_part(H2Stream& stream, const BodyPart& part);
  void reset(H2Stream& stream, std::uint32_t code);
  // What was taken of a stream's arrivals is done with; how many bytes.
  std::size_t give_back_window(H2Stream& stream);
  // How many bytes of a body the peer may send ahead of what is given back, and more of them.
  [[nodiscard]] std::size_t own_window(const H2Stream& stream) const noexcept;
  void widen(H2Stream& stream, std::size_t by);
  // How many bytes of a body the peer takes on this stream now.
  [[nodiscard]] std::size_t window(const H2Stream& stream) const noexcept;
  // Its exchange is over: nobody asks for it any more. What is not ended is reset.
  void release(H2Stream& stream) noexcept;
  // The connection is gone, and the stream with it.
  void lose(H2Stream& stream) noexcept;

  // Says that no more streams are taken: first politely, then which was the last.
  void announce_end();
  void end(std::uint32_t code);
  // At once, whatever is in flight.
  void terminate(std::uint32_t code) { nghttp2_session_terminate_session(session_.get(), code); }
  void ping();

  [[nodiscard]] Abuse abuse() const noexcept { return abuse_; }
  // Streams that ended by a mistake of the peer's.
  [[nodiscard]] std::uint64_t mistakes() const noexcept { return mistakes_; }
  // Time has passed, which makes up for some of what was counted.
  void forgive_resets(std::uint32_t count) noexcept { counts_.forgive_resets(count); }
  // A header block has begun and not ended, and its stream is not given up.
  [[nodiscard]] bool is_in_block() const noexcept { return block_stream_ != 0; }
  // How many header blocks have begun so far.
  [[nodiscard]] std::uint32_t heads() const noexcept { return heads_; }
  // The peer's first SETTINGS have come; it knows ours.
  [[nodiscard]] bool is_greeted() const noexcept { return greeted_; }
  [[nodiscard]] bool is_acknowledged() const noexcept { return acknowledged_; }
  [[nodiscard]] bool has_said_goodbye() const noexcept { return goodbye_; }
  // Client: how many streams the peer allows, and whether it takes new ones at all.
  [[nodiscard]] std::uint32_t peer_streams() const noexcept;
  [[nodiscard]] bool takes_requests() const noexcept;
  // Client: it knows the extended CONNECT (RFC 8441 §3), as far as its SETTINGS have come.
  [[nodiscard]] bool takes_connect() const noexcept;
  // A ping was not answered yet.
  [[nodiscard]] bool is_pinging() const noexcept { return pinging_; }
  // How many there were since the peer last sent part of a message.
  [[nodiscard]] std::uint32_t pings() const noexcept { return pings_; }

 private:
  void consume(H2Stream& stream, std::size_t bytes);
  void forget(H2Stream& stream) noexcept;
  struct Callbacks;
  using News = boost::intrusive::list<
      H2Stream, boost::intrusive::member_hook<H2Stream, decltype(H2Stream::news_), &H2Stream::news_>,
      boost::intrusive::constant_time_size<false>>;

  [[nodiscard]] H2Stream* stream(std::int32_t id) const noexcept;
  void judge(Abuse abuse);
  void count_mistake() {
    ++mistakes_;
    judge(counts_.stream_error());
  }
  void hold(H2Stream& stream);
  void check_order(std::int32_t id);
  void end_of_block(H2Stream& stream, bool end);
  // Of a block whose stream is given up nothing more is told.
  void give_up_block(std::int32_t id) noexcept {
    if (block_stream_ == id) block_stream_ = 0;
  }
  void put(std::string_view bytes) noexcept;
  void put_part(H2Stream& stream, std::size_t size) noexcept;
  void set_part(H2Stream& stream, const BodyPart& part) noexcept;

  Role role_;
  H2Settings settings_;
  Streams* streams_;
  std::unique_ptr<nghttp2_session, decltype(&nghttp2_session_del)> session_{nullptr, nghttp2_session_del};
  H2FrameHeads frames_;
  int turn_ = 0;  // what is left of it
  H2Abuse counts_;
  std::uint64_t mistakes_ = 0;
  std::uint32_t mistakes_counted_ = 0;  // whose resets have not gone out yet
  Abuse abuse_ = Abuse::none;
  News news_;                                    // streams that something happened to
  mutable H2Stream* found_ = nullptr;            // last: callbacks come in a row for one
  std::string_view rest_;                        // of a frame that did not fit
  std::span<char> out_;                          // what is left of where produce() writes
  std::int32_t before_gap_ = 0, after_gap_ = 0;  // the last streams that the peer passed over lie between
  std::size_t held_ = 0;                         // bytes of heads, of all streams
  std::int32_t block_stream_ = 0;                // whose header block comes; 0: none does
  std::uint32_t heads_ = 0;                      // header blocks that have begun
  bool greeted_ = false;
  bool acknowledged_ = false;
  bool goodbye_ = false;
  bool pinging_ = false;
  std::uint32_t pings_ = 0;
};

}  // namespace sluice
