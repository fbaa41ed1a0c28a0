// One stream of an HTTP/2 connection between nghttp2's callbacks, which only fill and empty these queues, and
// the coroutines of an exchange, which are resumed when the session is done with what it was given.
#pragma once

#include <boost/intrusive/list.hpp>
#include <optional>
#include <string>

#include "proxy/body.h"
#include "proxy/deadline.h"
#include "proxy/exchange.h"
#include "proxy/h2_block.h"
#include "proxy/wakeup.h"

namespace sluice {

class H2Connection;
class H2Session;

class H2Stream : public Deadline {
 public:
  H2Stream(DeadlineWheel& wheel, H2Connection& connection);
  ~H2Stream() override;

  // The part that came last stays valid until the next call; its bytes go back to the peer's window then.
  [[nodiscard]] BodyStatus take_part(BodyPart& part);
  [[nodiscard]] Awaitable<BodyStatus> read_part(BodyPart& part);
  // Everything of the part has gone into the connection's output, or never will.
  [[nodiscard]] Awaitable<IoStatus> send_part(const BodyPart& part);
  // The same for a part that was submitted together with a head.
  [[nodiscard]] Awaitable<IoStatus> finish_part();
  // Waits for the next head, or the end of the stream.
  [[nodiscard]] Awaitable<Wake> wait_for_head();

  // Ends what is awaited: `cancelled`, now and from now on.
  void interrupt();
  // Ends a read that another coroutine awaits.
  void stop() { reading_.notify(Wake::cancelled); }
  // After a deadline that passed: what comes next may be awaited again.
  void rearm() noexcept { interrupted_.reset(); }
  // Tells the peer that this stream is over, if it is not.
  void reset(std::uint32_t code) noexcept;

  [[nodiscard]] bool is_open() const noexcept { return id_ > 0; }
  [[nodiscard]] bool is_closed() const noexcept { return closed_; }
  // Both sides have said all.
  [[nodiscard]] bool closed_cleanly() const noexcept { return closed_ && close_code_ == 0; }
  // The peer has not looked at it, and says so (RFC 9113 §8.7).
  [[nodiscard]] bool was_refused() const noexcept { return closed_ && close_code_ == 7; }
  [[nodiscard]] bool is_bodiless() const noexcept { return bodiless_; }
  [[nodiscard]] bool is_sending() const noexcept { return sending_ != nullptr || end_pending_; }
  [[nodiscard]] bool has_ended() const noexcept { return ended_; }  // the peer says no more
  // The head that came last. It stays until the next one is taken; a 1xx that nobody took is gone when
  // another head comes.
  [[nodiscard]] bool has_head() const noexcept { return head_whole_; }
  [[nodiscard]] H2Block& take_head() noexcept {
    head_whole_ = false;
    return heads_[newest_];
  }

 protected:
  // Something came, or a part has gone: on the worker's own stack, never within nghttp2.
  virtual void on_news();
  void on_deadline() override;

  // Resumes whoever waits; false if that was the end of this stream.
  bool wake_all(Wake why);
  [[nodiscard]] H2Connection& connection() const noexcept { return connection_; }

 private:
  friend class H2Session;
  friend class H2Connection;

  [[nodiscard]] H2Block& block_to_fill() noexcept { return final_head_ ? trailers_ : heads_[newest_]; }
  void give_back_window();
  void give_up_sending() noexcept;

  H2Connection& connection_;
  std::int32_t id_ = 0;

  // What came.
  H2Block heads_[2], trailers_;
  std::uint8_t newest_ = 0;  // of the heads
  Fields trailer_fields_;
  bool head_whole_ = false;  // and not taken yet
  bool final_head_ = false;  // a block after it holds trailers
  bool has_trailers_ = false;
  bool bodiless_ = false;  // the head was all of it
  bool ended_ = false;
  bool closed_ = false;  // nghttp2 knows it no more
  std::uint32_t close_code_ = 0;
  std::string arrived_;   // nobody has pulled it
  std::string pulled_;    // the last part
  std::size_t held_ = 0;  // bytes of its heads
  std::size_t owed_ = 0;  // of the window

  // What is to go.
  const BodyPart* sending_ = nullptr;
  std::size_t sent_pieces_ = 0, sent_of_piece_ = 0, left_ = 0;
  bool deferred_ = false;
  bool end_pending_ = false;  // a last frame that is no data waits for its turn

  std::optional<Wake> interrupted_;
  Wakeup reading_, writing_;
  bool* gone_ = nullptr;  // to be set when this ends while it wakes others
  boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> news_,
      sibling_;
};

}  // namespace sluice
