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
Awaitable<ErrorCode> read_final_head(Exchange& exchange, Upstream& upstream, const ResponseJudge* judge) {
  for (;;) {
    if (const auto error = co_await upstream.read_head(exchange); error != ErrorCode::none) co_return error;
    const auto status = exchange.response.status;
    if (status == 101)
      co_return exchange.upgrade.empty() ? ErrorCode::upstream_bad_response : ErrorCode::none;
    if (exchange.would_seem_a_tunnel(status)) {
      exchange.reason = "the target did not switch protocols";
      co_return ErrorCode::upstream_bad_response;
    }
    if (status >= 200) co_return ErrorCode::none;
    if (judge && !judge->wants_interims()) continue;
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
  const Counted tunnel(exchange.serving->group->state->tunnels);
  const auto client = exchange.downstream->tunnel();
  const auto target = upstream.tunnel();
  co_await run_tunnel(room.io, exchange, *client, *target);
  co_return ErrorCode::none;
}

// What came of everything on an open connection: an error, or a response that was sent on or rejected.
struct Answer {
  ErrorCode error = ErrorCode::none;
  bool rejected = false;
};

// A response that is not simply sent on: it is judged first, or switches protocols.
Awaitable<Answer> relay_specially(AttemptRoom room, Exchange& exchange, Upstream& upstream, Upload& upload,
                                  ResponseJudge* judge) {
  if (judge) {
    const bool rejected = co_await judge->rejects(exchange.response.status);
    if (rejected) {
      co_await upload.finish();
      co_return Answer{.rejected = true};
    }
  }
  if (exchange.response.status != 101) co_return Answer{.error = co_await relay_response(exchange, upstream)};
  co_await upload.finish();
  co_return Answer{.error = co_await switch_protocols(room, exchange, upstream)};
}

Awaitable<Answer> exchange_with(AttemptRoom room, Exchange& exchange, Upstream& upstream,
                                ResponseJudge* judge) {
  upstream.expires_after(exchange.patience);
  if (const auto unsent = co_await upstream.send_head(exchange); unsent != ErrorCode::none) {
    upstream.expires_never();
    co_return Answer{.error = unsent};
  }
  exchange.upload_done = exchange.first_part.end;
  Upload upload(room.io, exchange, upstream);
  Answer answer{.error = co_await read_final_head(exchange, upstream, judge)};
  if (upload.is_running()) upload.response_begins();
  upstream.expires_never();
  if (answer.error == ErrorCode::none) {
    exchange.at.first_byte = Clock::now();
    const auto status = exchange.response.status;
    if (judge && !judge->asks(status)) judge = nullptr;
    if (judge || status == 101)
      answer = co_await relay_specially(room, exchange, upstream, upload, judge);
    else
      answer.error = co_await relay_response(exchange, upstream);
  }
  if (upload.is_running()) co_await upload.finish();
  if (answer.error != ErrorCode::none && exchange.downstream->is_gone())
    answer.error = ErrorCode::client_closed;
  if (upload.client_error() != ErrorCode::none) answer.error = upload.client_error();
  co_return answer;
}

Failure failure_of(const Answer& answer, const Upstream& upstream) noexcept {
  if (answer.rejected) return Failure::status;
  switch (answer.error) {
    case ErrorCode::upstream_timeout:
      return upstream.was_processed() ? Failure::timeout : Failure::refused;
    case ErrorCode::upstream_reset:
      if (!upstream.was_processed()) return Failure::refused;
      return upstream.response_begun() ? Failure::other : Failure::reset;
    case ErrorCode::upstream_bad_response:
    case ErrorCode::client_closed:
      return Failure::other;
    default:
      return upstream.was_processed() ? Failure::other : Failure::refused;
  }
}

// A response that was thrown away leaves a connection that can be used again if all of it had come already.
void give_back_rejected(UpstreamLease& lease, const TargetGroup& group) {
  BodyPart rest;
  if (lease->take_buffered_body(rest) == BodyStatus::ok && rest.end) lease.give_back(group);
}

// A kept connection may have been dead already: not one whose target still answers.
bool was_dead(const UpstreamLease& lease, const Upstream& upstream) noexcept {
  return lease.origin() == UpstreamLease::Origin::idle && upstream.connection_failed() &&
         !upstream.response_begun();
}

FailedAttempt failed_connect(ErrorCode error) noexcept {
  const bool tried = error != ErrorCode::target_group_full && error != ErrorCode::draining;
  return {.how = tried ? Failure::connect : Failure::other};
}

// What came with the head is kept whatever the policy says: the views of it end with the next read, of which
// an attempt that broke may have made one that brought nothing.
void begin_to_keep_body(Exchange& exchange, std::uint64_t wanted) {
  if (exchange.first_part.end || exchange.attempts != 1) return;
  exchange.kept_body.begin(std::max(wanted, std::uint64_t{exchange.first_part.bytes}), exchange.first_part);
}

}  // namespace

Awaitable<AttemptResult> attempt(AttemptRoom room, Exchange& exchange, AttemptTerms terms) {
  const auto& group = *exchange.serving->group;
  ++exchange.attempts;
  exchange.reason = {};
  exchange.patience = terms.patience;
  begin_to_keep_body(exchange, terms.keep);
  std::optional<UpstreamLease> lease;
  if (terms.connection == Connection::any && !group.proxy_protocol)
    lease = room.upstreams.take_idle(*exchange.target, group);
  if (!lease) {
    auto first = preamble(exchange, group);
    auto made = co_await room.upstreams.connect(*exchange.target, group, client_tls(exchange, group),
                                                std::move(first));
    if (!made) co_return AttemptResult{.error = made.error(), .failed = failed_connect(made.error())};
    lease.emplace(std::move(*made));
  }
  exchange.at.connected = Clock::now();
  if (terms.judge && terms.judge->is_too_late())
    co_return AttemptResult{.error = ErrorCode::client_closed, .failed = {}};

  exchange.upstream = &**lease;
  const auto answer = co_await exchange_with(room, exchange, **lease, terms.judge);
  exchange.upstream = nullptr;
  if (answer.error == ErrorCode::none && !answer.rejected) {
    if (exchange.response.status != 101) lease->give_back(group);
    co_return AttemptResult{};
  }
  const FailedAttempt failed{.how = failure_of(answer, **lease),
                             .status = exchange.response.status,
                             .from_idle = was_dead(*lease, **lease)};
  if (answer.rejected) give_back_rejected(*lease, group);
  co_return AttemptResult{.error = answer.error, .failed = failed};
}

}  // namespace sluice
