// A request's body on its way to the upstream beside the response that may come back already: a coroutine of
// its own, that is only needed when the body did not arrive with its head.
#pragma once

#include "proxy/upstream.h"

namespace sluice {

class Upload {
 public:
  // Does nothing if the first part was the whole body.
  Upload(asio::io_context& io, Exchange& exchange, Upstream& upstream);
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;

  // From now on the deadline of the upstream is that of whoever reads the response.
  void response_begins() noexcept;

  // Ends it if it still goes on, and waits until it has. Before the exchange or the upstream goes away.
  [[nodiscard]] Awaitable<> finish();
  [[nodiscard]] bool is_running() const noexcept { return running_; }

  // Why the body could not be had from the client; none if it was not the client's doing.
  [[nodiscard]] ErrorCode client_error() const noexcept { return client_error_; }

 private:
  Awaitable<> run();
  [[nodiscard]] Awaitable<bool> pass_one_part();
  [[nodiscard]] Awaitable<BodyStatus> read(BodyPart& part);
  [[nodiscard]] bool is_listening() noexcept;

  Exchange& exchange_;
  Upstream& upstream_;
  Wakeup ended_;
  bool running_ = false;
  bool stopping_ = false;
  bool awaits_response_ = true;
  std::uint64_t seen_out_ = 0;  // of the response's bytes; when either side was heard last
  Clock::time_point heard_at_{};
  ErrorCode client_error_ = ErrorCode::none;
};

// How long the upstream may take for its answer, and the client for its body's next bytes.
[[nodiscard]] Clock::duration response_timeout(const Exchange& exchange) noexcept;

}  // namespace sluice
