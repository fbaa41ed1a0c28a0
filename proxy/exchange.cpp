#include "proxy/exchange.h"

namespace sluice {

void Exchange::let_go_of_snapshot() {
  for (const auto& candidate : snapshot->snapshot().listeners)
    if (candidate.get() == listener) kept_listener_ = candidate;
  for (const auto& candidate : snapshot->snapshot().services)
    if (candidate.get() == service) kept_service_ = candidate;
  snapshot = {};
}

void Exchange::clear() noexcept {
  kept_listener_.reset();
  kept_service_.reset();
  request.clear();
  response.clear();
  snapshot = {};
  first_part = {};
  downstream = nullptr;
  peer = nullptr;
  listener = nullptr;
  service = nullptr;
  target = nullptr;
  upstream = nullptr;
  assignment = {};
  has_body = wants_upgrade = expects_continue = head_sent = false;
  upload_done = true;
  request_id = {};
  status = 0;
  error = ErrorCode::none;
  reason = {};
  attempts = 0;
  bytes_in = bytes_out = 0;
  at = {};
}

}  // namespace sluice
