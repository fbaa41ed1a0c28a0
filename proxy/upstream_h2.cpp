#include "proxy/upstream_h2.h"

#include <algorithm>
#include <boost/asio/detached.hpp>

#include "proxy/h1_framing.h"
#include "proxy/h2_serialize.h"
#include "proxy/h2_tunnel_end.h"
#include "proxy/upgrade.h"

namespace sluice {
namespace {

constexpr std::chrono::seconds ping_after{15};  // of silence while somebody waits for an answer
// Servers of gRPC break off for more than two pings in five minutes between which they had nothing to send.
constexpr std::uint32_t most_pings = 2;
constexpr std::chrono::seconds ping_after_those{310};

// A client that takes nothing holds that much for each of its streams. What is known to be longer gets a
// larger window, as far as the client lends it (Downstream::lend), before the first is full.
constexpr std::uint32_t first_window = 4 * 1024, second_window = 64 * 1024;
// With the request, if answers were as long lately: some are streams that live for hours, and need none.
constexpr std::size_t guessed_window = second_window / 2;

H2Settings client_settings() noexcept {
  H2Settings settings;
  settings.stream_window = first_window;
  settings.connection_window = 4 * 1024 * 1024;
  settings.head = {.field = 32 * 1024, .total = 64 * 1024, .fields = Fields::capacity};
  return settings;
}

}  // namespace

UpstreamH2Connection::UpstreamH2Connection(asio::io_context& io, DeadlineWheel& wheel, BlockPool& blocks,
                                           std::unique_ptr<Stream> stream, const TargetGroup& group,
                                           Keeper& keeper, GroupCell& cell, Counted room)
    : H2Connection(io, blocks, std::move(stream), H2Session::Role::client, client_settings(), nullptr),
      io_(io),
      wheel_(wheel),
      blocks_(blocks),
      group_(group.slot),
      idle_timeout_(group.limits.idle_timeout),
      keeper_(keeper),
      cell_(cell),
      state_(group.state),
      room_(std::move(room)) {
  add(cell_.opened);
  increase(cell_.idle);
}

UpstreamH2Connection::~UpstreamH2Connection() {
  decrease(counted_active_ ? cell_.active : cell_.idle);
}

void UpstreamH2Connection::start() {
  asio::co_spawn(io_.get_executor(), run(*this), asio::detached);
}

Awaitable<> UpstreamH2Connection::run(UpstreamH2Connection& self) {
  co_await self.serve();
  self.keeper_.connection_ended(self);
}

bool UpstreamH2Connection::has_room() noexcept {
  return !retired_ && !is_ending() && session().takes_requests() && exchanges() < session().peer_streams();
}

std::unique_ptr<Upstream> UpstreamH2Connection::open() {
  if (exchanges() > 0) add(cell_.reused);
  return std::make_unique<UpstreamH2>(wheel_, *this, blocks_);
}

// Larger ones count at once, and are forgotten by and by.
void UpstreamH2Connection::learn_size(std::uint64_t bytes) noexcept {
  usual_size_ =
      std::max<std::size_t>(std::min<std::uint64_t>(bytes, second_window), usual_size_ - usual_size_ / 8);
}

void UpstreamH2Connection::retire() {
  retired_ = true;
  pump();
}

Clock::time_point UpstreamH2Connection::deadline() const noexcept {
  if (is_writing()) return std::max(silent_since(), writing_since()) + ping_after;
  if (session().is_pinging()) return std::max(silent_since(), pinged_) + ping_after;
  if (channels_.empty()) return now() + idle_timeout_;
  return silent_since() + (session().pings() < most_pings ? ping_after : ping_after_those);
}

// A target that is silent while it owes an answer must at least answer a ping.
bool UpstreamH2Connection::on_timeout() {
  if (is_writing() || session().is_pinging()) return false;
  if (channels_.empty()) {
    retire();
  } else {
    session().ping();
    pinged_ = now();
    pump();
  }
  return true;
}

void UpstreamH2Connection::on_turn() {
  const bool active = exchanges() > 0;
  if (active != counted_active_) {
    increase(active ? cell_.active : cell_.idle);
    decrease(active ? cell_.idle : cell_.active);
    counted_active_ = active;
  }
  if (active || ended_ || (!retired_ && session().takes_requests())) return;
  ended_ = true;
  session().terminate(NGHTTP2_NO_ERROR);
}

// Not a coroutine: a head is large, and nobody waits with it.
ErrorCode UpstreamH2::submit(const Exchange& exchange) {
  Buffer scratch(blocks_);
  H2Head head(scratch.space());
  head.write_request(exchange);
  if (head.overflowed()) return ErrorCode::header_too_large;
  static const BodyPart nothing_yet{};
  const auto* first = is_websocket(exchange.upgrade) ? &nothing_yet : &exchange.first_part;
  submitted_ = connection().session().send_request(*this, head.fields(), *first);
  return submitted_ ? ErrorCode::none : ErrorCode::upstream_reset;
}

// Only the target's SETTINGS tell whether it knows the extended CONNECT.
Awaitable<ErrorCode> UpstreamH2::wait_for_connect(Exchange& exchange) {
  const auto wake = co_await wait_for_greeting();
  if (wake == Wake::cancelled) co_return ErrorCode::draining;
  if (wake == Wake::timed_out) co_return ErrorCode::upstream_timeout;
  if (is_closed()) co_return ErrorCode::upstream_reset;
  if (connection().session().takes_connect()) co_return ErrorCode::none;
  exchange.reason = "the target takes no WebSocket over HTTP/2 (RFC 8441)";
  co_return ErrorCode::upstream_bad_response;
}

Awaitable<ErrorCode> UpstreamH2::send_head(Exchange& exchange) {
  exchange_ = &exchange;
  if (is_websocket(exchange.upgrade)) {
    const auto refusal = co_await wait_for_connect(exchange);
    if (refusal != ErrorCode::none) co_return refusal;
  }
  if (const auto unsent = submit(exchange); unsent != ErrorCode::none) co_return unsent;
  connection().pump();
  open_window(std::min(own_.usual_size(), guessed_window));
  std::ignore = co_await finish_part();
  co_return ErrorCode::none;
}

Awaitable<ErrorCode> UpstreamH2::read_head(Exchange& exchange) {
  exchange.response.clear();
  const auto wake = co_await wait_for_head();
  if (wake == Wake::cancelled) co_return ErrorCode::draining;
  if (wake == Wake::timed_out) co_return ErrorCode::upstream_timeout;
  if (!has_head()) co_return is_malformed() ? ErrorCode::upstream_bad_response : ErrorCode::upstream_reset;
  response_begun_ = true;
  const auto head = take_head().read(exchange.response);
  if (!head) {
    exchange.reason = head.error().reason;
    co_return ErrorCode::upstream_bad_response;
  }
  if (exchange.response.status == 101) co_return ErrorCode::upstream_bad_response;  // RFC 9113 §8.6
  if (is_websocket(exchange.upgrade) && exchange.response.status / 100 == 2) exchange.response.status = 101;
  if (exchange.response.status >= 200) expect_body(exchange);
  co_return ErrorCode::none;
}

void UpstreamH2::expect_body(const Exchange& exchange) {
  const auto framing = response_framing(exchange.response, exchange.request.method);
  if (!framing || framing->kind != Framing::Kind::length) return;
  own_.learn_size(framing->length);
  open_window(framing->length);
}

// Another try may need it, and another stream of the same client.
UpstreamH2::~UpstreamH2() {
  if (borrowed_ > 0) exchange_->downstream->take_back(borrowed_);
}

std::size_t UpstreamH2::borrow(std::size_t wanted) noexcept {
  const auto bytes = exchange_->downstream->lend(wanted);
  borrowed_ += bytes;
  return bytes;
}

// Before it is full, if the client takes as much. A stream whose head waits for its turn to be written has no
// window yet.
void UpstreamH2::open_window(std::uint64_t for_bytes) {
  auto& session = connection().session();
  const auto useful = std::min<std::uint64_t>({for_bytes, second_window, exchange_->downstream->room()});
  const auto window = session.own_window(*this);
  if (!is_open() || has_ended() || window == 0 || useful <= window) return;
  session.widen(*this, borrow(useful - window));
  connection().pump();
}

// Of bodies whose length is not known, what their windows grew to is what is learned.
std::size_t UpstreamH2::more_window(std::size_t wanted) noexcept {
  const auto more = borrow(wanted);
  own_.learn_size(connection().session().own_window(*this) + more);
  return more;
}

std::unique_ptr<TunnelEnd> UpstreamH2::tunnel() {
  return std::make_unique<H2TunnelEnd>(*this);
}

}  // namespace sluice
