// When a failed attempt may be followed by another (RFC 9110 §9.2.2): what was never sent may go anywhere;
// what was sent may be sent again only if doing it twice does no harm; once the client has seen a response,
// never.
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice {

struct FailedAttempt {
  bool request_sent = false;    // a byte of the request may have reached the target
  bool from_idle = false;       // on a connection that was kept, and may have been dead already
  bool response_begun = false;  // a byte of a response came back
  bool body_begun = false;      // more of the body was read for it than what came with the head
};

inline constexpr std::uint32_t most_connects = 3;  // to targets that could not be reached, of one exchange

struct RetryState {
  std::uint32_t connect_failures = 0;
  bool replaced_idle = false;  // a dead idle connection was replaced already
};

// `replayable`: the whole body is at hand still.
[[nodiscard]] bool may_retry(const FailedAttempt& failed, const RetryState& state, std::string_view method,
                             bool replayable) noexcept;

// RFC 9110 §9.2.2.
[[nodiscard]] bool is_idempotent(std::string_view method) noexcept;

}  // namespace sluice
