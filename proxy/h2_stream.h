// One stream of an HTTP/2 connection as the session knows it: queues that nghttp2's callbacks fill and empty.
// How coroutines wait for them is the channel's (h2_channel.h).
#pragma once

#include <boost/intrusive/list.hpp>
#include <memory>
#include <string>

#include "proxy/body.h"
#include "proxy/h2_block.h"

namespace sluice {

class H2Session;

class H2Stream {
 public:
  H2Stream();
  H2Stream(const H2Stream&) = delete;
  H2Stream& operator=(const H2Stream&) = delete;

  [[nodiscard]] bool is_open() const noexcept { return id_ > 0; }
  // nghttp2 knows it no more.
  [[nodiscard]] bool is_closed() const noexcept { return closed_; }
  // The peer said on it what cannot be a message (RFC 9113 §8.1.1).
  [[nodiscard]] bool is_malformed() const noexcept { return malformed_; }
  // It went with its connection.
  [[nodiscard]] bool was_lost() const noexcept { return lost_; }
  // Both sides have said all, or as much as the other wanted of it.
  [[nodiscard]] bool closed_cleanly() const noexcept { return closed_ && close_code_ == 0 && !taken_back_; }
  // The peer has not looked at it, and says so (RFC 9113 §8.7).
  [[nodiscard]] bool was_refused() const noexcept { return closed_ && close_code_ == refused; }
  // The peer's head was all of its message.
  [[nodiscard]] bool is_bodiless() const noexcept { return bodiless_; }
  // The peer says no more.
  [[nodiscard]] bool has_ended() const noexcept { return ended_; }
  // Something that was submitted is not in the output yet.
  [[nodiscard]] bool is_sending() const noexcept { return sending_ != nullptr || end_pending_; }

  // The head that came last. It stays until the next one is taken; a 1xx that nobody took is gone when
  // another head comes.
  [[nodiscard]] bool has_head() const noexcept { return head_whole_; }
  [[nodiscard]] H2Block& take_head() noexcept {
    head_whole_ = false;
    return heads_[newest_];
  }

  [[nodiscard]] bool has_arrivals() const noexcept { return !arrived_.empty(); }
  // What has come of the body. Valid until the next call; its bytes are owed to the peer's window then.
  [[nodiscard]] BodyStatus take_arrivals(BodyPart& part);

 protected:
  ~H2Stream();

  // What is left of a part that was submitted becomes this stream's own, if it is little: whoever gave the
  // part may let it go while there is no window for it. False if it may not.
  [[nodiscard]] bool keep_rest();
  // Nothing of a part that was submitted is looked at any more.
  void give_up_sending() noexcept {
    sending_ = nullptr;
    end_pending_ = false;
  }

 private:
  friend class H2Session;
  static constexpr std::uint32_t refused = 7;

  [[nodiscard]] H2Block& block_to_fill() noexcept { return final_head_ ? trailers_ : heads_[newest_]; }

  [[nodiscard]] std::size_t size_of_heads() const noexcept {
    return heads_[0].size() + heads_[1].size() + trailers_.size();
  }

  std::int32_t id_ = 0;

  // What came.
  H2Block heads_[2], trailers_;
  std::unique_ptr<Fields> trailer_fields_;  // few streams have any
  std::uint8_t newest_ = 0;                 // of the heads
  bool head_whole_ = false;                 // and not taken yet
  bool final_head_ = false;                 // a block after it holds trailers
  bool has_trailers_ = false;
  bool bodiless_ = false;
  bool ended_ = false;
  bool closed_ = false;
  bool lost_ = false;
  bool malformed_ = false;
  bool taken_back_ = false;  // server: the client has reset it, whatever the code
  std::uint32_t close_code_ = 0;
  std::string arrived_;   // nobody has taken it; at most the window
  std::string taken_;     // last
  std::size_t held_ = 0;  // bytes of its heads
  std::size_t owed_ = 0;  // bytes of the window

  // What is to go.
  struct Rest;
  const BodyPart* sending_ = nullptr;
  std::unique_ptr<Rest> rest_;  // few streams have any
  std::size_t sent_pieces_ = 0, sent_of_piece_ = 0, left_ = 0;
  bool deferred_ = false;
  bool end_pending_ = false;  // a last frame that is no data waits for its turn

  boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> news_;
};

}  // namespace sluice
