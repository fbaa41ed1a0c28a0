#include "proxy/respond.h"

#include <algorithm>
#include <string>
#include <tuple>

namespace sluice {
namespace {

constexpr auto no_tunnel = ErrorCode::not_implemented;
constexpr std::string_view too_late = "the time that its client gave the call is over";
constexpr std::string_view no_tunnel_here = "no WebSocket begins here";

struct Answer {
  std::uint16_t status;
  std::string_view content_type;
  std::string_view body;
  std::string_view location{};
};

Awaitable<> send(Exchange& exchange, const Answer& answer) {
  const auto length = std::to_string(answer.body.size());
  auto& head = exchange.response;
  head.clear();
  head.status = answer.status;
  const bool bodiless = answer.status == 204 || answer.status == 304;
  if (!answer.content_type.empty())
    std::ignore = head.fields.add({.name = "Content-Type", .value = answer.content_type});
  if (!bodiless)
    std::ignore =
        head.fields.add({.name = "Content-Length", .value = length, .id = HeaderId::content_length});
  if (!answer.location.empty()) std::ignore = head.fields.add({.name = "Location", .value = answer.location});
  // Whoever is told to come back is told when.
  const auto wait = std::to_string(std::max<std::int64_t>(exchange.retry_after.count(), answer.status == 503));
  if (wait != "0") std::ignore = head.fields.add({.name = "Retry-After", .value = wait});
  if (answer.status == 405)
    std::ignore = head.fields.add({.name = "Allow", .value = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"});
  BodyPart body;
  if (exchange.request.method != "HEAD" && !bodiless && !answer.body.empty()) body.add(answer.body);
  body.end = true;
  exchange.status = answer.status;
  exchange.head_sent = true;
  exchange.bytes_out += body.bytes;
  const auto status = co_await exchange.downstream->send_head(head, body);
  if (status != IoStatus::ok && exchange.error == ErrorCode::none) exchange.error = ErrorCode::client_closed;
}

std::string problem(const ErrorInfo& error, std::string_view reason, std::string_view request_id) {
  std::string text = "{\"type\":\"about:blank\",\"title\":\"";
  text.append(error.title).append("\",\"status\":").append(std::to_string(error.status));
  text.append(",\"code\":\"").append(error.code).append("\"");
  if (!reason.empty()) text.append(",\"detail\":\"").append(reason).append("\"");
  if (!request_id.empty()) text.append(",\"request_id\":\"").append(request_id).append("\"");
  return text + "}\n";
}

// gRPC's clients look for a status of their own, not HTTP's (grpc/doc/http-grpc-status-mapping.md).
std::string_view grpc_status(ErrorCode code, std::uint16_t status) noexcept {
  if (code == ErrorCode::upstream_timeout || code == ErrorCode::upstream_connect_timeout) return "4";
  switch (status) {
    case 400:
      return "13";
    case 404:
      return "12";
    case 429:
    case 502:
    case 503:
    case 504:
      return "14";
    default:
      return "2";
  }
}

bool speaks_grpc(const Exchange& exchange) noexcept {
  if (exchange.request.version != HttpVersion::http2 || !exchange.upgrade.empty()) return false;
  return std::ranges::any_of(exchange.request.fields, [](const Field& field) {
    return equal_ignoring_case(field.name, "content-type") && field.value.starts_with("application/grpc");
  });
}

// A response that is its trailers: 200, and what went wrong in grpc-status.
Awaitable<> respond_grpc_error(Exchange& exchange, ErrorCode code, std::uint16_t status) {
  auto& head = exchange.response;
  head.clear();
  head.status = 200;
  std::ignore = head.fields.add({.name = "content-type", .value = "application/grpc"});
  std::ignore = head.fields.add({.name = "grpc-status", .value = grpc_status(code, status)});
  std::ignore = head.fields.add({.name = "grpc-message", .value = info(code).code});
  BodyPart nothing;
  nothing.end = true;
  exchange.status = status;  // what the log and the counters say of it
  exchange.head_sent = true;
  std::ignore = co_await exchange.downstream->send_head(head, nothing);
}

Awaitable<> respond_with(Exchange& exchange, ErrorCode code, ErrorInfo error, std::string_view reason) {
  exchange.error = code;
  if (!reason.empty()) exchange.reason = reason;
  if (exchange.head_sent || error.status == 0) {
    exchange.downstream->abort();
    co_return;
  }
  if (speaks_grpc(exchange)) co_return co_await respond_grpc_error(exchange, code, error.status);
  const std::string_view id(exchange.own_request_id.data(),
                            exchange.request_id.empty() ? 0 : exchange.own_request_id.size());
  const auto body = problem(error, reason, id);
  co_await send(exchange, Answer{error.status, "application/problem+json", body});
}

}  // namespace

Awaitable<> respond_error(Exchange& exchange, ErrorCode code, std::string_view reason) {
  return respond_with(exchange, code, info(code), reason);
}

// The status of a call is in its trailers: what has begun can still be told how it ended.
Awaitable<> respond_too_late(Exchange& exchange) {
  constexpr auto code = ErrorCode::upstream_timeout;
  if (!exchange.head_sent || !speaks_grpc(exchange)) co_return co_await respond_error(exchange, code, too_late);
  exchange.error = code;
  exchange.reason = too_late;
  Fields trailers;
  std::ignore = trailers.add({.name = "grpc-status", .value = grpc_status(code, 0)});
  std::ignore = trailers.add({.name = "grpc-message", .value = info(code).code});
  BodyPart last;
  last.end = true;
  last.trailers = &trailers;
  const auto status = co_await exchange.downstream->send_body(last);
  if (status != IoStatus::ok) exchange.downstream->abort();
}

Awaitable<> respond_fault(Exchange& exchange, std::uint16_t status) {
  auto error = info(ErrorCode::fault_injected);
  error.status = status;
  return respond_with(exchange, ErrorCode::fault_injected, error, {});
}

Awaitable<> respond_fixed(Exchange& exchange, const FixedResponse& fixed) {
  if (exchange.would_seem_a_tunnel(fixed.status))
    co_return co_await respond_error(exchange, no_tunnel, no_tunnel_here);
  co_await send(exchange, Answer{fixed.status, fixed.content_type, fixed.body});
}

Awaitable<> respond_redirect(Exchange& exchange, const Redirect& redirect) {
  std::string location;
  const auto to = write_redirect(location, redirect,
                                 {.protocol = exchange.is_secure() ? "https" : "http",
                                  .authority = exchange.request.authority,
                                  .path = exchange.request.path,
                                  .query = exchange.request.query});
  switch (to) {
    case RedirectTo::itself:
      co_return co_await respond_error(exchange, ErrorCode::redirect_loop);
    case RedirectTo::nowhere:
      co_return co_await respond_error(exchange, ErrorCode::bad_request, "the redirect needs a Host field");
    case RedirectTo::elsewhere:
      break;
  }
  const Answer answer{.status = redirect.status, .content_type = {}, .body = {}, .location = location};
  co_await send(exchange, answer);
}

Awaitable<> respond_health(Exchange& exchange, bool ready) {
  if (exchange.would_seem_a_tunnel(200)) co_return co_await respond_error(exchange, no_tunnel, no_tunnel_here);
  co_await send(exchange,
                ready ? Answer{200, "text/plain", "ready\n"} : Answer{503, "text/plain", "draining\n"});
}

}  // namespace sluice
