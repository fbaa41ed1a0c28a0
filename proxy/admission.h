// Whether a request that was read may go on at all, before anything is decided about where.
#pragma once

#include "proxy/exchange.h"

namespace sluice {

struct Refusal {
  ErrorCode code = ErrorCode::none;
  std::string_view reason;
};

// Brings the path into the one form that rules are matched on and that is forwarded.
[[nodiscard]] Refusal settle_path(Exchange& x);

// Also takes what came of the body with the head, since a broken or oversized one is refused here.
[[nodiscard]] Refusal admit(Exchange& x);

// What the rule's transforms make of the request.
[[nodiscard]] Refusal rewrite(Exchange& x);

// The listener answers this path itself.
[[nodiscard]] bool answers_health(const Exchange& x) noexcept;

}  // namespace sluice
