#include "proxy/upload.h"

#include <boost/asio/detached.hpp>
#include <utility>

namespace sluice {
namespace {

ErrorCode client_error_of(BodyStatus status) noexcept {
  switch (status) {
    case BodyStatus::malformed:
      return ErrorCode::bad_request;
    case BodyStatus::too_large:
      return ErrorCode::body_too_large;
    case BodyStatus::timed_out:
      return ErrorCode::request_timeout;
    case BodyStatus::ok:
    case BodyStatus::truncated:
    case BodyStatus::cancelled:
      break;
  }
  return ErrorCode::client_closed;
}

}  // namespace

Clock::duration response_timeout(const Exchange& exchange) noexcept {
  return exchange.serving->group->limits.response_timeout;
}

Upload::Upload(asio::io_context& io, Exchange& exchange, Upstream& upstream)
    : exchange_(exchange), upstream_(upstream) {
  if (exchange.first_part.end) return;
  running_ = true;
  asio::co_spawn(io.get_executor(), run(), asio::detached);
}

Awaitable<> Upload::run() {
  // GCC 12 traps in a loop whose condition has a co_await behind &&.
  for (bool more = true; more && !stopping_;) more = co_await pass_one_part();
  running_ = false;
  ended_.notify(Wake::ready);
}

// While the response is awaited the time of the target runs from what it was given last: that the client is
// silent is not the target's doing.
Awaitable<BodyStatus> Upload::read(BodyPart& part) {
  if (awaits_response_) upstream_.expires_never();
  auto status = co_await exchange_.downstream->read_body(part);
  while (status == BodyStatus::timed_out && is_listening())
    status = co_await exchange_.downstream->read_body(part);
  if (awaits_response_)
    upstream_.expires_after(exchange_.patience);
  else
    upstream_.extend(exchange_.patience);
  if (!awaits_response_) heard_at_ = Clock::now();
  co_return status;
}

// A client that says no more while the response goes on, as in a stream of gRPC: it has as long as the stream
// may be silent in both directions.
bool Upload::is_listening() noexcept {
  if (awaits_response_ || stopping_) return false;
  const auto now = Clock::now();
  if (std::exchange(seen_out_, exchange_.bytes_out) != exchange_.bytes_out) heard_at_ = now;
  return now - heard_at_ < exchange_.listener->limits.stream_idle_timeout;
}

void Upload::response_begins() noexcept {
  awaits_response_ = false;
  heard_at_ = Clock::now();
}

// False when that was the last one, or something broke.
Awaitable<bool> Upload::pass_one_part() {
  BodyPart part;
  const auto status = co_await read(part);
  if (status == BodyStatus::ok) {
    exchange_.bytes_in += part.bytes;
    exchange_.kept_body.keep(part);
  }
  if (stopping_) co_return false;
  if (status != BodyStatus::ok) {
    client_error_ = client_error_of(status);
    upstream_.cancel();  // whoever waits for the response need not wait any more
    co_return false;
  }
  // A target that takes no more may have answered already: that is for the reader of the response to find.
  if (co_await upstream_.send_body(part) != IoStatus::ok) co_return false;
  if (awaits_response_) upstream_.expires_after(exchange_.patience);
  if (part.end) exchange_.upload_done = true;
  co_return !part.end;
}

Awaitable<> Upload::finish() {
  if (!running_) co_return;
  stopping_ = true;
  exchange_.downstream->stop_reading();
  if (running_) upstream_.cancel();
  if (running_) std::ignore = co_await ended_.wait();
}

}  // namespace sluice
