#include "proxy/attempt.h"

#include "proxy/proxy_protocol.h"
#include "proxy/relay.h"
#include "proxy/tunnel.h"
#include "proxy/upload.h"

namespace sluice {
namespace {

std::shared_ptr<const ClientTls> client_tls(const Exchange& exchange, const TargetGroup& group) {
  if (!group.tls) return nullptr;
  return exchange.snapshot->published().client_tls.at(group.tls.get());
}

// For whom the connection is, where the target wants to know.
std::string preamble(const Exchange& exchange, const TargetGroup& group) {
  if (!group.proxy_protocol) return {};
  const auto& peer = *exchange.peer;
  return proxy_header_v2({peer.ip, peer.port}, {peer.local_ip, peer.local_port});
}

// Reads heads until the final one, and lets the client see the 1xx on the way.
Awaitable<ErrorCode> read_final_head(Exchange& exchange, Upstream& upstream) {
  for (;;) {
    if (const auto error = co_await upstream.read_head(exchange); error != ErrorCode::none) co_return error;
    const auto status = exchange.response.status;
    if (status == 101)
      co_return exchange.upgrade.empty() ? ErrorCode::upstream_bad_response : ErrorCode::none;
    if (status >= 200) co_return ErrorCode::none;
    if (co_await exchange.downstream->send_interim(exchange.response) != IoStatus::ok)
      co_return ErrorCode::client_closed;
  }
}

Awaitable<ErrorCode> switch_protocols(AttemptRoom room, Exchange& exchange, Upstream& upstream) {
  exchange.head_sent = true;
  exchange.status = 101;
  BodyPart nothing;
  if (co_await exchange.downstream->send_head(exchange.response, nothing) != IoStatus::ok)
    co_return ErrorCode::client_closed;
  exchange.let_go_of_snapshot();  // a tunnel may live for hours: it holds no revision back
  const auto client = exchange.downstream->tunnel();
  const auto target = upstream.tunnel();
  co_await run_tunnel(room.io, exchange, *client, *target);
  co_return ErrorCode::none;
}

// Everything on an open connection.
Awaitable<ErrorCode> exchange_with(AttemptRoom room, Exchange& exchange, Upstream& upstream) {
  upstream.expires_after(response_timeout(exchange));
  if (const auto unsent = co_await upstream.send_head(exchange); unsent != ErrorCode::none) {
    upstream.expires_never();
    co_return unsent;
  }
  exchange.upload_done = exchange.first_part.end;
  Upload upload(room.io, exchange, upstream);
  auto error = co_await read_final_head(exchange, upstream);
  upstream.expires_never();
  if (error == ErrorCode::none) {
    exchange.at.first_byte = Clock::now();
    if (exchange.response.status == 101) {
      co_await upload.finish();
      co_return co_await switch_protocols(room, exchange, upstream);
    }
    error = co_await relay_response(exchange, upstream);
  }
  co_await upload.finish();
  if (error != ErrorCode::none && exchange.downstream->is_gone()) co_return ErrorCode::client_closed;
  co_return upload.client_error() != ErrorCode::none ? upload.client_error() : error;
}

}  // namespace

Awaitable<AttemptResult> attempt(AttemptRoom room, Exchange& exchange, Connection connection) {
  const auto& group = *exchange.assignment.variant->group;
  ++exchange.attempts;
  std::optional<UpstreamLease> lease;
  if (connection == Connection::any && !group.proxy_protocol)
    lease = room.upstreams.take_idle(*exchange.target, group);
  if (!lease) {
    auto first = preamble(exchange, group);
    auto made = co_await room.upstreams.connect(*exchange.target, group, client_tls(exchange, group),
                                                std::move(first));
    if (!made) co_return AttemptResult{.error = made.error(), .failed = {}};
    lease.emplace(std::move(*made));
  }
  exchange.at.connected = Clock::now();

  exchange.upstream = &**lease;
  const auto error = co_await exchange_with(room, exchange, **lease);
  exchange.upstream = nullptr;
  if (error == ErrorCode::none) {
    if (exchange.response.status != 101) lease->give_back(group);
    co_return AttemptResult{};
  }
  // A kept connection may have been dead already: not one whose target still answers.
  const bool from_idle = lease->origin() == UpstreamLease::Origin::idle && (*lease)->connection_failed();
  co_return AttemptResult{.error = error,
                          .failed = {.request_sent = (*lease)->was_processed(),
                                     .from_idle = from_idle,
                                     .response_begun = (*lease)->response_begun(),
                                     .body_begun = exchange.bytes_in != exchange.first_part.bytes}};
}

}  // namespace sluice
