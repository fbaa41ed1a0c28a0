// One request over HTTP/2 and its answer, for checks: a client's session of nghttp2 that has one stream.
// Without I/O: bytes in, bytes out. gRPC's checks are such a call with a message.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "health/check_question.h"

namespace sluice {

class H2Call {
 public:
  struct Answer {
    int status = 0;  // HTTP's; 0: there is none yet
    std::optional<int> grpc_status = {};
    std::string body = {};  // the first 64 KiB, out of frames
  };

  explicit H2Call(const CheckQuestion& question);
  H2Call(const H2Call&) = delete;
  H2Call& operator=(const H2Call&) = delete;

  // What is to be sent now; empty: nothing. Valid until the next call.
  [[nodiscard]] std::string_view output();
  void receive(std::string_view bytes);

  // What came was not HTTP/2. Known when all output has been taken.
  [[nodiscard]] bool is_broken() const noexcept;

  // The stream has ended, well or not.
  [[nodiscard]] bool is_over() const noexcept { return closed_; }
  // It was not reset.
  [[nodiscard]] bool ended_well() const noexcept { return closed_ && error_ == NGHTTP2_NO_ERROR; }
  [[nodiscard]] const Answer& answer() const noexcept { return answer_; }

 private:
  struct Callbacks;
  void submit(const CheckQuestion& question);

  std::unique_ptr<nghttp2_session, decltype(&nghttp2_session_del)> session_{nullptr, nghttp2_session_del};
  std::string_view message_;  // of a gRPC call, what is not sent yet
  Answer answer_;
  bool closed_ = false;
  bool broken_ = false;
  std::uint32_t error_ = 0;
};

}  // namespace sluice
