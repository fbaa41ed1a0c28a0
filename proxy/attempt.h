// One try of an exchange at one target: connection, request, response, and what is left of the connection
// afterwards.
#pragma once

#include "proxy/upstream_pool.h"
#include "routing/retry_policy.h"

namespace sluice {

// What an attempt needs of its worker.
struct AttemptRoom {
  asio::io_context& io;
  BlockPool& blocks;
  UpstreamPool& upstreams;
};

enum class Connection : std::uint8_t { any, fresh };

// Who may throw a response away for another try, once its head is there and nothing was sent on.
class ResponseJudge {
 public:
  // Whether it wants to be asked about this status; most are sent on unasked.
  [[nodiscard]] virtual bool asks(std::uint16_t status) const = 0;
  [[nodiscard]] virtual Awaitable<bool> rejects(std::uint16_t status) = 0;
  // Whether a 1xx is sent on.
  [[nodiscard]] virtual bool wants_interims() const noexcept { return true; }
  // Nobody wants a response any more: there is no need to send the request.
  [[nodiscard]] virtual bool is_too_late() const noexcept { return false; }

 protected:
  ~ResponseJudge() = default;
};

struct AttemptTerms {
  Connection connection = Connection::any;
  Clock::duration patience;        // from the request's last byte to the response's head
  std::uint64_t keep = 0;          // bytes of the body for another try
  ResponseJudge* judge = nullptr;  // null: any response is sent on
};

struct AttemptResult {
  ErrorCode error = ErrorCode::none;
  FailedAttempt failed;  // unless it was answered

  // A response was sent on, whatever its status.
  [[nodiscard]] bool answered() const noexcept {
    return error == ErrorCode::none && failed.how != Failure::status;
  }
};

// Tries the exchange at exchange.target, of exchange.serving. On `none` the response has gone to the client (or was broken off
// there: then exchange.error says so). On an error nothing has been sent to the client unless
// exchange.head_sent.
[[nodiscard]] Awaitable<AttemptResult> attempt(AttemptRoom room, Exchange& exchange, AttemptTerms terms);

}  // namespace sluice
