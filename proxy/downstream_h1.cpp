#include "proxy/downstream_h1.h"

#include <sys/socket.h>

#include "proxy/h1_serialize.h"
#include "proxy/pause.h"
#include "proxy/pipeline.h"
#include "proxy/upgrade.h"
#include "proxy/upstream.h"

namespace sluice {
namespace {

constexpr std::chrono::milliseconds quiet_time{100};
constexpr std::chrono::seconds linger_time{5};
constexpr std::size_t linger_bytes = 64 * 1024 * 1024;

HeadLimits head_limits(const ListenerLimits& limits) noexcept {
  return {.line = limits.request_line,
          .field = limits.header_field,
          .total = limits.header_total,
          .fields = limits.header_count};
}

// With SO_LINGER 0 the close is a reset, which no client takes for an end.
void close_with_reset(int fd) noexcept {
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

}  // namespace

DownstreamH1::DownstreamH1(Worker& worker, SlotRef listener, std::unique_ptr<Stream> stream, Peer peer,
                           ConnectionCount count)
    : worker_(worker),
      listener_(std::move(listener)),
      stream_(std::move(stream)),
      peer_(std::move(peer)),
      count_(std::move(count)) {
  worker_.add(*this);
}

DownstreamH1::~DownstreamH1() {
  if (aborted_ && ends_by_close_) close_with_reset(stream_->fd());
}

Awaitable<> DownstreamH1::run(std::unique_ptr<DownstreamH1> self) {
  auto next = Next::request;
  while (next == Next::request) {
    const bool there = co_await self->wait_for_request();
    if (!there) break;
    auto lease = self->worker_.exchanges().take();
    next = co_await self->serve(*lease);
    self->exchange_ = nullptr;
    self->body_.reset();
  }
  if (next == Next::linger) co_await self->linger();
  // With TLS the end is said, to whoever is still there to hear it.
  if ((next == Next::request || next == Next::close) && !self->aborted_) self->stream_->shut_write();
  auto& worker = self->worker_;
  self.reset();
  worker.something_ended();
}

// True once bytes of a request are there, or may be.
Awaitable<bool> DownstreamH1::wait_for_request() {
  if (stream_->descriptor().interrupted() == Wake::cancelled)
    co_return false;  // it was ended while it served
  if (!in_.unread().empty()) co_return true;
  in_.release();
  if (worker_.phase() == Phase::draining) co_return false;
  if (!worker_.listener(listener_)) co_return false;
  // Between busy requests the next edge is enough. Only a new connection, and one that stays quiet, is looked
  // at.
  if (stream_->must_wait()) {
    stream_->expires_after(quiet_time);
    const auto woken = co_await stream_->edge();
    if (woken != Wake::timed_out) co_return woken == Wake::ready;
    stream_->rearm();
  }
  const auto* published = worker_.listener(listener_);  // of the newest revision: one may have come meanwhile
  if (!published) co_return false;
  // A new connection owes its first head; one that was served may rest.
  const auto& limits = published->listener->limits;
  stream_->expires_after(served_ ? limits.idle_timeout : limits.header_timeout);
  const auto status = co_await stream_->wait_readable();
  co_return status == IoStatus::ok;
}

// Ties an exchange to this connection and to the newest revision; false if that has no such listener any
// more.
bool DownstreamH1::begin(Exchange& exchange) {
  const auto* published = worker_.listener(listener_);
  if (!published) return false;
  exchange_ = &exchange;
  exchange.downstream = this;
  exchange.peer = &peer_;
  exchange.snapshot = worker_.snapshot();
  exchange.listener = published->listener.get();
  body_bytes_ = 0;
  keep_alive_ = true;
  encoding_ = Encoding::identity;
  return true;
}

Awaitable<DownstreamH1::Next> DownstreamH1::serve(Exchange& exchange) {
  if (!begin(exchange)) co_return Next::close;
  const auto progress = co_await read_head(exchange);
  if (progress.state == HeadProgress::State::incomplete)
    co_return Next::gone;  // the client left, or never began
  auto error = progress.error;
  auto reason = progress.reason;
  if (error == ErrorCode::none) {
    error = frame(exchange);
    reason = exchange.reason;
  }
  if (error != ErrorCode::none) {
    keep_alive_ = false;
    co_await refuse(worker_, exchange, error, reason);
    co_return aborted_ ? Next::close : Next::linger;
  }
  served_ = true;
  co_await handle(worker_, exchange);
  co_return after_response();
}

Awaitable<HeadProgress> DownstreamH1::read_head(Exchange& exchange) {
  const auto& limits = exchange.listener->limits;
  if (!in_) in_ = Buffer(worker_.blocks());
  if (in_.position() != 0) in_.compact();
  RequestParser parser(exchange.request, head_limits(limits));
  stream_->expires_after(limits.header_timeout);
  HeadProgress progress;
  for (;;) {
    auto status = pull_head(parser, progress);
    if (needs_more(status)) {
      status = co_await stream_->wait(status);
      if (status == IoStatus::ok) continue;
    }
    stream_->never();
    if (status == IoStatus::timed_out && !in_.unread().empty()) {
      stream_->rearm();
      progress.state = HeadProgress::State::failed;
      progress.error = ErrorCode::request_timeout;
      progress.reason = "the header did not arrive in time";
    }
    co_return progress;
  }
}

// Parses what is there and reads more until the head ends, one way or the other (`ok`), or there is nothing
// to read.
IoStatus DownstreamH1::pull_head(RequestParser& parser, HeadProgress& progress) {
  for (;;) {
    if (!in_.unread().empty()) progress = parser.parse(in_.unread());
    if (progress.state == HeadProgress::State::complete) in_.consume(progress.size);
    if (progress.state != HeadProgress::State::incomplete) return IoStatus::ok;
    const auto got = stream_->try_read(in_.space());
    if (got.status != IoStatus::ok) return got.status;
    in_.filled(got.bytes);
  }
}

// Decides where the body ends, and whether the connection may live on.
ErrorCode DownstreamH1::frame(Exchange& exchange) {
  const auto framing = request_framing(exchange.request);
  if (!framing) {
    exchange.reason = framing.error().reason;
    return framing.error().code;
  }
  const auto connection = connection_options(exchange.request.fields);
  const bool http10 = exchange.request.version == HttpVersion::http10;
  keep_alive_ = !connection.close && (!http10 || connection.keep_alive);
  exchange.has_body = framing->kind != Framing::Kind::none;
  const auto* upgrade = exchange.request.fields.find(HeaderId::upgrade);
  if (upgrade && connection.upgrade && !http10 && !names_http2(upgrade->value))
    exchange.upgrade = upgrade->value;
  body_.emplace(*stream_, in_, *framing);
  const auto limit = exchange.listener->limits.body;
  return limit != 0 && framing->length > limit ? ErrorCode::body_too_large : ErrorCode::none;
}

BodyStatus DownstreamH1::account(H1BodyReader::Status status, const BodyPart& part) noexcept {
  switch (status) {
    case H1BodyReader::Status::part:
      break;
    case H1BodyReader::Status::malformed:
      return BodyStatus::malformed;
    case H1BodyReader::Status::truncated:
      return BodyStatus::truncated;
    case H1BodyReader::Status::timed_out:
      return BodyStatus::timed_out;
    case H1BodyReader::Status::cancelled:
      return BodyStatus::cancelled;
  }
  body_bytes_ += part.bytes;
  const auto limit = exchange_->listener->limits.body;
  return limit != 0 && body_bytes_ > limit ? BodyStatus::too_large : BodyStatus::ok;
}

BodyStatus DownstreamH1::take_buffered_body(BodyPart& part) {
  const auto status = body_->take_buffered(part);
  return account(status, part);
}

Awaitable<BodyStatus> DownstreamH1::read_body(BodyPart& part) {
  reading_ = true;
  stream_->expires_after(exchange_->listener->limits.request_timeout);
  const auto status = co_await body_->read(part);
  reading_ = false;
  if (!writing_) stream_->never();
  if (status == H1BodyReader::Status::timed_out) stream_->rearm();  // there may be more to read, or to say
  co_return account(status, part);
}

void DownstreamH1::stop_reading() {
  if (reading_) stream_->descriptor().wake(Direction::read, Wake::cancelled);
}

Awaitable<IoStatus> DownstreamH1::send_interim(const ResponseHead& head) {
  if (exchange_->request.version == HttpVersion::http10) co_return IoStatus::ok;
  Buffer out(worker_.blocks());
  HeadWriter writer(out.space());
  write_response_head(writer, head, {});
  if (writer.overflowed()) co_return IoStatus::ok;  // nobody is owed an interim response
  const BodyPart nothing{};
  H1Write write(writer.text(), nothing, Encoding::identity);
  auto status = write.try_on(*stream_);
  if (needs_more(status)) status = co_await finish(write);
  co_return written(status);
}

// How the body goes out: as its Content-Length says, or chunked; a client of HTTP/1.0 learns its end from the
// close.
Encoding DownstreamH1::encoding_of(const ResponseHead& head) noexcept {
  const bool bodiless =
      exchange_->request.method == "HEAD" || head.status == 204 || head.status == 304 || head.status == 101;
  if (bodiless || head.fields.find(HeaderId::content_length)) return Encoding::identity;
  if (exchange_->request.version != HttpVersion::http10) return Encoding::chunked;
  keep_alive_ = false;
  ends_by_close_ = true;
  return Encoding::identity;
}

Awaitable<IoStatus> DownstreamH1::send_head(const ResponseHead& head, const BodyPart& first) {
  encoding_ = encoding_of(head);
  // A request that has not been read to its end may never be: nothing can come after it.
  if (worker_.phase() != Phase::serving || worker_.is_overloaded() || !exchange_->upload_done)
    keep_alive_ = false;
  ResponseFraming framing{
      .encoding = encoding_, .close = !keep_alive_, .keep_alive = false, .upgrade = head.status == 101};
  framing.keep_alive = keep_alive_ && exchange_->request.version == HttpVersion::http10;
  Buffer out(worker_.blocks());
  HeadWriter writer(out.space());
  write_response_head(writer, head, framing, exchange_);
  if (writer.overflowed()) co_return written(IoStatus::failed);
  H1Write write(writer.text(), first, encoding_);
  auto status = write.try_on(*stream_);
  if (needs_more(status)) status = co_await finish(write);
  co_return written(status);
}

Awaitable<IoStatus> DownstreamH1::send_body(const BodyPart& part) {
  H1Write write({}, part, encoding_);
  auto status = write.try_on(*stream_);
  if (needs_more(status)) status = co_await finish(write);
  co_return written(status);
}

// The client takes its time: it has so much of it.
Awaitable<IoStatus> DownstreamH1::finish(H1Write& write) {
  writing_ = true;
  stream_->expires_after(exchange_->listener->limits.request_timeout);
  const auto status = co_await write.finish(*stream_);
  writing_ = false;
  if (!reading_) stream_->never();
  co_return status;
}

IoStatus DownstreamH1::written(IoStatus status) noexcept {
  if (status != IoStatus::ok) aborted_ = true;
  return status;
}

void DownstreamH1::abort() noexcept {
  aborted_ = true;
  keep_alive_ = false;
}

std::unique_ptr<TunnelEnd> DownstreamH1::tunnel() {
  keep_alive_ = false;
  const auto already_read = in_.unread();
  in_.consume(already_read.size());
  return std::make_unique<StreamEnd>(*stream_, worker_.blocks(), already_read);
}

DownstreamH1::Next DownstreamH1::after_response() const noexcept {
  if (aborted_ || exchange_->status == 101) return Next::close;
  if (!body_->done() || !exchange_->upload_done) return Next::linger;
  if (keep_alive_) return Next::request;
  return in_.unread().empty() ? Next::close : Next::linger;
}

// Says that it is over and reads on for a while: closing with unread bytes would reset the connection, and
// the reset may overtake the answer (RFC 9112 §9.6).
Awaitable<> DownstreamH1::linger() {
  if (!in_ || stream_->descriptor().interrupted() == Wake::cancelled) co_return;
  stream_->shut_write();
  stream_->rearm();
  stream_->expires_after(linger_time);
  for (std::size_t read = 0; read < linger_bytes;) {
    in_.rewind(0);
    const auto got = co_await stream_->read_some(in_.space());
    if (got.status != IoStatus::ok) co_return;
    read += got.bytes;
  }
}

void DownstreamH1::cancel_upstream() {
  if (exchange_ && exchange_->pause) return exchange_->pause->cancel();
  if (exchange_ && exchange_->upstream) exchange_->upstream->cancel();
}

void DownstreamH1::end_when_idle() {
  if (!exchange_) stream_->interrupt(Wake::cancelled);
}

}  // namespace sluice
