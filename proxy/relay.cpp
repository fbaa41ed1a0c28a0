#include "proxy/relay.h"

#include "proxy/upload.h"

namespace sluice {
namespace {

ErrorCode upstream_error_of(BodyStatus status) noexcept {
  switch (status) {
    case BodyStatus::ok:
      return ErrorCode::none;
    case BodyStatus::timed_out:
      return ErrorCode::upstream_timeout;
    case BodyStatus::malformed:
      return ErrorCode::upstream_bad_response;
    default:
      return ErrorCode::upstream_reset;
  }
}

}  // namespace

Awaitable<ErrorCode> relay_response(Exchange& exchange, Upstream& upstream) {
  BodyPart part;
  if (const auto error = upstream_error_of(upstream.take_buffered_body(part)); error != ErrorCode::none)
    co_return error;
  exchange.head_sent = true;
  exchange.status = exchange.response.status;
  exchange.bytes_out += part.bytes;
  const auto sent = co_await exchange.downstream->send_head(exchange.response, part);
  if (sent != IoStatus::ok) co_return ErrorCode::client_closed;
  while (!part.end) {
    upstream.expires_after(response_timeout(exchange));
    const auto error = upstream_error_of(co_await upstream.read_body(part));
    upstream.expires_never();
    if (error != ErrorCode::none) co_return error;
    exchange.bytes_out += part.bytes;
    if (co_await exchange.downstream->send_body(part) != IoStatus::ok) co_return ErrorCode::client_closed;
  }
  co_return ErrorCode::none;
}

}  // namespace sluice
