// When a failed attempt may be followed by another (RFC 9110 §9.2.2): what was never sent may go anywhere;
// what was sent may be sent again only if doing it twice does no harm; once the client has seen a response,
// never.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "routing/weight.h"

namespace sluice {

enum class RetryEvent : std::uint8_t { connect, reset, refused, timeout };
using RetryOn = std::variant<RetryEvent, int>;  // or a status code

enum class RetryTo : std::uint8_t { variant, stable };  // the variant that the split chose, or the stable one

// What a service says of second tries.
struct RetryPolicy {
  std::uint32_t attempts = 2;  // the first one included
  std::vector<RetryOn> on{RetryEvent::connect, RetryEvent::reset, RetryEvent::refused};
  RetryTo to = RetryTo::variant;
  Weight budget{20 * Weight::unit};              // percent of the requests in flight that may be second tries
  std::chrono::milliseconds per_try_timeout{0};  // 0: the target group's response_timeout
  std::uint64_t buffer = 64 * 1024;              // bytes of a request's body kept for another try
  bool operator==(const RetryPolicy&) const = default;
};

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
