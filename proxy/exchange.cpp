#include "proxy/exchange.h"

#include "proxy/upstream.h"

namespace sluice {

void Exchange::let_go_of_snapshot() {
  for (const auto& candidate : snapshot->snapshot().listeners)
    if (candidate.get() == listener) kept_listener_ = candidate;
  for (const auto& candidate : snapshot->snapshot().services)
    if (candidate.get() == service) kept_service_ = candidate;
  snapshot = {};
}

bool Exchange::is_secure() const noexcept {
  if (peer->tls || !peer->trusted) return peer->tls;
  const auto* proto = request.fields.find(HeaderId::x_forwarded_proto);
  return proto && equal_ignoring_case(proto->value, "https");
}

void Exchange::end_upstream() {
  if (upstream) upstream->cancel();
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
  visitor.reset();
  rule = nullptr;
  service = nullptr;
  rewritten.target = rewritten.host = {};
  serving = nullptr;
  target = nullptr;
  upstream = nullptr;
  pause = nullptr;
  assignment = {};
  upgrade = {};
  has_body = expects_continue = head_sent = false;
  upload_done = true;
  request_id = {};
  status = 0;
  error = ErrorCode::none;
  reason = {};
  retry_after = {};
  attempts = 0;
  kept_body.clear();
  copied = Copied::no;
  bytes_in = bytes_out = 0;
  at = {};
}

}  // namespace sluice
