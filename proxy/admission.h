// Whether a request that was read may go on at all, before anything is decided about where.
#pragma once

#include "proxy/exchange.h"

namespace sluice {

struct Refusal {
  ErrorCode code = ErrorCode::none;
  std::string_view reason;
};

// Also takes what came of the body with the head, since a broken or oversized one is refused here.
[[nodiscard]] Refusal admit(Exchange& x);

// The listener answers this path itself.
[[nodiscard]] bool answers_health(const Exchange& x) noexcept;

}  // namespace sluice
