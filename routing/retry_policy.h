// When a failed attempt may be followed by another (RFC 9110 §9.2.2): what was never sent may go anywhere;
// what was sent may be sent again only if doing it twice does no harm. Once the client has seen a response,
// never: whoever asks has seen to that.
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
  // A second try beside the first, if that has no response after so long; 0: none.
  std::chrono::milliseconds hedge_after{0};
  bool operator==(const RetryPolicy&) const = default;
};

// Of a service that says nothing of it: only what surely did no harm goes to another target.
[[nodiscard]] RetryPolicy harmless_retries();

// How an attempt came to nothing.
enum class Failure : std::uint8_t {
  connect,  // no connection could be made
  refused,  // the target says that it did not look at the request (RFC 9113 §8.7)
  reset,    // the connection broke before there was a response
  timeout,  // no response in time
  status,   // a response that the policy throws away
  other,    // nothing that another try would mend
};

struct FailedAttempt {
  Failure how = Failure::other;
  int status = 0;          // with Failure::status
  bool from_idle = false;  // on a connection that was kept, and may have been dead already
};

// What is left to try of one exchange.
struct RetryState {
  std::uint32_t attempts = 0;  // made, those that replaced a dead idle connection left out
  bool replaced_idle = false;  // that happened already
};

struct Replay {
  bool idempotent = false;  // doing it twice does no harm
  bool whole = false;       // all of the body that was read is at hand still
};

enum class NextTry : std::uint8_t {
  none,
  same_target,  // on a fresh connection: a kept one was dead, which is nobody's failure
  another,
};

[[nodiscard]] NextTry next_try(const RetryPolicy& policy, const FailedAttempt& failed, const RetryState& state,
                               Replay replay) noexcept;

// Whether a response with this status is to be thrown away for another try, if there may be one.
[[nodiscard]] bool rejects(const RetryPolicy& policy, int status) noexcept;

// How many exchanges may be in a second or later try at once, while `active` are in flight: the budget's
// share, but at least 3, as Envoy has it.
[[nodiscard]] std::uint32_t retries_at_once(const RetryPolicy& policy, std::uint64_t active) noexcept;

// RFC 9110 §9.2.2.
[[nodiscard]] bool is_idempotent(std::string_view method) noexcept;

}  // namespace sluice
