// What the configuration says about a service's second tries. Part of config.h; read by read_retry.
#pragma once

#include <chrono>
#include <cstdint>
#include <variant>
#include <vector>

#include "routing/weight.h"

namespace sluice::config {

// Where a variant's share goes while it has no healthy target; none: nowhere, its users get a 503.
enum class Fallback { stable, none };

enum class RetryEvent { connect, reset, refused, timeout };
using RetryOn = std::variant<RetryEvent, int>;  // or a status code

enum class RetryTo { variant, stable };  // the variant that the split chose, or the stable one

struct Retry {
  std::uint32_t attempts = 2;  // the first one included
  std::vector<RetryOn> on{RetryEvent::connect, RetryEvent::reset, RetryEvent::refused};
  RetryTo to = RetryTo::variant;
  Weight budget{20 * Weight::unit};              // percent of the requests in flight that may be second tries
  std::chrono::milliseconds per_try_timeout{0};  // 0: the target group's response_timeout
  std::uint64_t buffer = 64 * 1024;              // bytes of a request's body kept for another try
  bool operator==(const Retry&) const = default;
};

}  // namespace sluice::config
