// How actors say in HTTP/2 what their scripts say in HTTP/1.1: a client its requests, each on a stream of its
// own; an origin the answer on the stream that it was asked on.
#pragma once

#include "tests/session/h2_endpoint.h"
#include "tests/session/wire.h"

namespace sluice::session {

// A whole connection. A request that does not wait for the one before it is on the way at the same time.
class H2ClientWire final : public Wire {
 public:
  H2ClientWire(int fd, std::size_t slice) : endpoint_(fd, H2Endpoint::Side::client, slice) {}

  bool listen() override;
  [[nodiscard]] std::string_view heard() const override { return heard_; }
  [[nodiscard]] bool other_ended() const override;
  [[nodiscard]] Progress say(const Line& line) override;
  void leave() override { endpoint_.leave(); }
  [[nodiscard]] bool has_left() const override { return endpoint_.has_left(); }
  [[nodiscard]] std::string complaint() const override { return endpoint_.complaint(); }

 private:
  void submit();
  [[nodiscard]] bool lost_an_answer() const;

  H2Endpoint endpoint_;
  std::string heard_;
  std::string said_;           // of the request that is not whole
  std::int32_t stream_ = 0;    // its own, if its head is whole
  std::size_t body_said_ = 0;  // bytes
  std::vector<std::int32_t> begun_;
  bool turned_away_ = false;  // a request was not even begun
  bool taken_ = false;        // the line that is said
};

// One stream of an origin's connection. To leave by itself ends no more than the stream for it; a line that
// says so closes the connection.
class H2StreamWire final : public Wire {
 public:
  H2StreamWire(H2Endpoint& endpoint, std::int32_t stream) : endpoint_(endpoint), stream_(stream) {}

  bool listen() override;
  [[nodiscard]] std::string_view heard() const override { return endpoint_.heard().at(stream_).text; }
  [[nodiscard]] bool other_ended() const override {
    return endpoint_.other_ended() || !endpoint_.is_open(stream_);
  }
  [[nodiscard]] Progress say(const Line& line) override;
  void leave() override { left_ = true; }
  [[nodiscard]] bool has_left() const override { return left_ || endpoint_.has_left(); }

 private:
  void submit(Ended ended);

  H2Endpoint& endpoint_;
  std::int32_t stream_;
  std::string said_;  // but for the interim responses before it
  std::size_t listened_to_ = 0;
  std::size_t body_said_ = 0;
  bool begun_ = false;
  bool taken_ = false;
  bool left_ = false;
};

}  // namespace sluice::session
