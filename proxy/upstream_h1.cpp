#include "proxy/upstream_h1.h"

#include "proxy/h1_serialize.h"
#include "proxy/upgrade.h"

namespace sluice {
namespace {

constexpr HeadLimits response_limits{
    .line = 16 * 1024, .field = 32 * 1024, .total = 64 * 1024, .fields = 128};

BodyStatus body_status(H1BodyReader::Status status) noexcept {
  switch (status) {
    case H1BodyReader::Status::part:
      return BodyStatus::ok;
    case H1BodyReader::Status::malformed:
      return BodyStatus::malformed;
    case H1BodyReader::Status::truncated:
      return BodyStatus::truncated;
    case H1BodyReader::Status::timed_out:
      return BodyStatus::timed_out;
    case H1BodyReader::Status::cancelled:
      break;
  }
  return BodyStatus::cancelled;
}

// A wait for a head is cancelled by the end of the worker, or by the client's, which the attempt tells apart.
// Its status may be lost when the target ended just then.
ErrorCode failed_read(Stream& stream, IoStatus status) noexcept {
  if (stream.descriptor().interrupted() == Wake::cancelled) return ErrorCode::draining;
  return status == IoStatus::timed_out ? ErrorCode::upstream_timeout : ErrorCode::upstream_reset;
}

}  // namespace

Awaitable<ErrorCode> UpstreamH1::send_head(Exchange& exchange) {
  Buffer out(blocks_);
  HeadWriter head(out.space());
  if (is_websocket(exchange.upgrade) && exchange.request.version == HttpVersion::http2)
    websocket_key_ = make_websocket_key();
  write_request_head(head, exchange, websocket_key_);
  if (head.overflowed()) co_return ErrorCode::header_too_large;
  encoding_ = encoding_upstream(exchange);
  request_ended_ = exchange.first_part.end;
  H1Write write(head.text(), exchange.first_part, encoding_);
  const auto status = write.try_on(*stream_);
  if (needs_more(status)) std::ignore = co_await write.finish(*stream_);
  co_return ErrorCode::none;
}

Awaitable<IoStatus> UpstreamH1::send_body(const BodyPart& part) {
  H1Write write({}, part, encoding_);
  auto status = write.try_on(*stream_);
  if (needs_more(status)) status = co_await write.finish(*stream_);
  if (status == IoStatus::ok && part.end) request_ended_ = true;
  co_return status;
}

Awaitable<ErrorCode> UpstreamH1::read_head(Exchange& exchange) {
  auto& head = exchange.response;
  head.clear();
  taker_ = exchange.downstream;
  ResponseParser parser(head, response_limits);
  // Before anything was read the next edge is enough; later one may have passed already.
  if (in_.unread().empty() && stream_->must_wait()) std::ignore = co_await stream_->edge();
  for (;;) {
    if (!in_.unread().empty()) {
      const auto progress = parser.parse(in_.unread());
      if (progress.state == HeadProgress::State::complete) co_return take_head(exchange, progress.size);
      if (progress.state == HeadProgress::State::failed || in_.space().empty()) {
        exchange.reason = progress.reason;
        co_return ErrorCode::upstream_bad_response;
      }
    } else {
      in_.rewind(0);
    }
    if (!in_) in_ = Buffer(blocks_);
    const auto space = in_.space();
    const auto result = stream_->try_read(space.first(std::min(taker_->room(), space.size())));
    auto status = result.status;
    if (needs_more(status)) {
      if (in_.unread().empty()) in_.release();  // others use it meanwhile
      status = co_await stream_->wait(status);
    }
    if (status != IoStatus::ok) co_return failed_read(*stream_, status);
    response_begun_ = response_begun_ || result.bytes != 0;
    in_.filled(result.bytes);  // none, if it had to wait
  }
}

// RFC 6455 §4.1: whoever did not understand the key did not mean to switch.
bool UpstreamH1::accepts_websocket(const ResponseHead& head) const {
  const auto* accept = head.fields.find(HeaderId::sec_websocket_accept);
  return accept && accept->value == websocket_accept(websocket_key_);
}

ErrorCode UpstreamH1::take_head(Exchange& exchange, std::size_t size) {
  in_.consume(size);
  const auto& head = exchange.response;
  if (head.status == 101 && !websocket_key_.empty() && !accepts_websocket(head)) {
    exchange.reason = "the target's Sec-WebSocket-Accept is wrong";
    return ErrorCode::upstream_bad_response;
  }
  if (head.status < 200) return ErrorCode::none;  // the final one comes after it, or a tunnel begins
  const auto framing = response_framing(head, exchange.request.method);
  if (!framing) return framing.error().code;
  const auto connection = connection_options(head.fields);
  close_ = connection.close || framing->kind == Framing::Kind::until_close ||
           (head.version == HttpVersion::http10 && !connection.keep_alive);
  body_.emplace(*stream_, in_, *framing);
  return ErrorCode::none;
}

BodyStatus UpstreamH1::take_buffered_body(BodyPart& part) {
  return body_status(body_->take_buffered(part));
}

Awaitable<BodyStatus> UpstreamH1::read_body(BodyPart& part) {
  body_->release_head();  // the head was sent on: its block is free for the body
  if (!in_) in_ = Buffer(blocks_);
  const auto status = co_await body_->read(part, taker_);
  co_return body_status(status);
}

std::unique_ptr<TunnelEnd> UpstreamH1::tunnel() {
  close_ = true;
  return std::make_unique<StreamEnd>(*stream_, blocks_, in_.unread());
}

bool UpstreamH1::reusable() const noexcept {
  return body_ && body_->done() && request_ended_ && !close_ && in_.unread().empty() &&
         !stream_->has_pending() && stream_->descriptor().interrupted() == Wake::ready;
}

void UpstreamH1::reset() noexcept {
  body_.reset();
  taker_ = nullptr;
  in_.release();
  stream_->never();
  websocket_key_.clear();
  request_ended_ = response_begun_ = close_ = false;
}

}  // namespace sluice
