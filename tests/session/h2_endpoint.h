// The other end of an HTTP/2 connection of the proxy's: nghttp2 makes the frames and does what the protocol
// asks for, an H2Reader tells what was heard. It shares nothing with the proxy's own session.
#pragma once

#include <map>
#include <set>

#include "tests/session/h2_reader.h"
#include "tests/session/messages.h"

namespace sluice::session {

class H2Endpoint {
 public:
  enum class Side { client, origin };

  // Takes over the descriptor. `slice`: the most bytes sent in one turn.
  H2Endpoint(int fd, Side side, std::size_t slice);
  ~H2Endpoint() { leave(); }
  H2Endpoint(const H2Endpoint&) = delete;
  H2Endpoint& operator=(const H2Endpoint&) = delete;

  // Once a turn: takes in what has come and sends a slice of what is to go; true if anything happened.
  bool take_turn();
  void leave();
  void leave_when_flushed() { leaving_ = true; }
  [[nodiscard]] bool has_left() const { return fd_ < 0; }
  [[nodiscard]] bool other_ended() const { return other_ended_; }
  [[nodiscard]] bool is_deaf() const { return deaf_; }  // who is at the other end
  // All that was submitted has gone.
  [[nodiscard]] bool is_flushed() const;
  [[nodiscard]] const H2Reader::Streams& heard() const { return reader_.streams(); }
  // What the proxy said that no peer may say; empty if nothing.
  [[nodiscard]] const std::string& complaint() const { return complaint_; }

  // A stream for the request, or 0 if there may be none any more. The body follows.
  [[nodiscard]] std::int32_t begin_request(const Message& head);
  void send_interim(std::int32_t stream, const Message& head);
  void begin_response(std::int32_t stream, const Message& head);
  // More of the body of a message, and its end if it is complete.
  void add_body(std::int32_t stream, std::string_view more);
  void end(std::int32_t stream, std::string_view trailers);

  // Neither side has closed it.
  [[nodiscard]] bool is_open(std::int32_t stream) const { return open_.contains(stream); }
  [[nodiscard]] bool has_open_streams() const { return !open_.empty(); }

 private:
  struct Callbacks;
  struct Body {
    std::string left;
    std::string trailers;  // lines
    bool ended = false;
  };
  using Session = std::unique_ptr<nghttp2_session, decltype(&nghttp2_session_del)>;

  [[nodiscard]] Session make_session(Side side);
  [[nodiscard]] bool receive();
  [[nodiscard]] bool send();
  void complain(const std::string& about);

  int fd_;
  std::size_t slice_;
  H2Reader reader_;
  Session session_;
  std::string out_;
  std::map<std::int32_t, Body> bodies_;
  std::set<std::int32_t> open_;
  bool other_ended_ = false;
  bool deaf_ = false;
  bool leaving_ = false;
  std::string complaint_;
};

}  // namespace sluice::session
