#include "proxy/downstream_h2.h"

#include <boost/asio/detached.hpp>

#include "proxy/h2_serialize.h"
#include "proxy/h2_tunnel_end.h"
#include "proxy/pause.h"
#include "proxy/pipeline.h"
#include "proxy/upstream.h"

namespace sluice {
namespace {

constexpr std::size_t most_lent = 96 * 1024;  // bytes, to the targets of a connection's streams
constexpr std::size_t widest_upload = H2Settings{}.connection_window / 2;

H2Settings settings_of(const ListenerLimits& limits) noexcept {
  H2Settings settings;
  settings.max_streams = limits.streams;
  settings.head = {.field = std::max(limits.header_field, limits.request_line),
                   .total = limits.header_total,
                   .fields = limits.header_count};
  return settings;
}

}  // namespace

// One request and its response. Owns itself from the request's head on.
class DownstreamH2::ServerStream final : public Downstream, public H2Channel, public FromFramePool {
 public:
  explicit ServerStream(DownstreamH2& connection)
      : H2Channel(connection.worker_.wheel(), connection), own_(connection) {}

  static Awaitable<> run(std::unique_ptr<ServerStream> self);
  void cancel_upstream() {
    if (exchange_ && exchange_->pause) return exchange_->pause->cancel();
    if (exchange_ && exchange_->upstream) exchange_->upstream->cancel();
  }

  // Downstream
  [[nodiscard]] BodyStatus take_buffered_body(BodyPart& part) override;
  [[nodiscard]] Awaitable<BodyStatus> read_body(BodyPart& part) override;
  void stop_reading() override { stop_reading_part(); }
  [[nodiscard]] Awaitable<IoStatus> send_interim(const ResponseHead& head) override;
  [[nodiscard]] Awaitable<IoStatus> send_head(const ResponseHead& head, const BodyPart& first) override;
  [[nodiscard]] Awaitable<IoStatus> send_body(const BodyPart& part) override;
  void abort() noexcept override { reset(NGHTTP2_INTERNAL_ERROR); }
  [[nodiscard]] std::size_t room() const noexcept override { return H2Channel::room(); }
  // Whoever comes next gets something, too.
  [[nodiscard]] std::size_t lend(std::size_t wanted) noexcept override {
    return own_.allowance_.lend(std::min(wanted, own_.allowance_.left() / 2));
  }
  void take_back(std::size_t bytes) noexcept override { own_.allowance_.take_back(bytes); }
  [[nodiscard]] bool is_gone() const noexcept override { return is_closed(); }
  [[nodiscard]] std::unique_ptr<TunnelEnd> tunnel() override { return std::make_unique<H2TunnelEnd>(*this); }

 private:
  void on_news() override;
  [[nodiscard]] std::size_t more_window(std::size_t wanted) noexcept override;
  [[nodiscard]] bool begin(Exchange& exchange);
  [[nodiscard]] Result<void, H2Block::Refusal> read_head();
  // Waits for what was submitted to leave.
  [[nodiscard]] Awaitable<IoStatus> finish();
  // `first`: of the body; null for an interim response.
  [[nodiscard]] bool submit(const ResponseHead& response, const BodyPart* first);
  [[nodiscard]] BodyStatus account(BodyStatus status, const BodyPart& part) noexcept;

  // The client's time for the next bytes of a body, beginning now.
  [[nodiscard]] Clock::time_point next_bytes_by() const noexcept;
  void wait_for_the_first() noexcept;

  DownstreamH2& own_;
  Exchange* exchange_ = nullptr;
  std::uint64_t body_bytes_ = 0;
  // Each way has a time of its own, or what the client sends would buy time to a client that takes nothing.
  Clock::time_point read_by_ = Clock::time_point::max(), write_by_ = Clock::time_point::max();
  bool begun_ = false;
  bool had_interim_ = false;
};

void DownstreamH2::ServerStream::on_news() {
  if (!begun_) {
    if (!has_head() && !is_closed()) return;  // it was the connection's
    begun_ = true;
    asio::co_spawn(own_.worker_.io().get_executor(), run(std::unique_ptr<ServerStream>(this)),
                   asio::detached);
    return;
  }
  const bool alive = wake_all(Wake::ready);
  if (alive && is_closed() && !closed_cleanly()) cancel_upstream();
}

// What all uploads hold together is bounded by the connection's window.
std::size_t DownstreamH2::ServerStream::more_window(std::size_t wanted) noexcept {
  const auto window = own_.session().own_window(*this);
  return window < widest_upload ? std::min(wanted, widest_upload - window) : 0;
}

Awaitable<> DownstreamH2::ServerStream::run(std::unique_ptr<ServerStream> self) {
  if (self->is_closed() || !self->has_head()) co_return;  // it was reset in the same breath
  const auto lease = self->own_.worker_.exchanges().take();
  if (!self->begin(*lease)) co_return self->reset(NGHTTP2_REFUSED_STREAM);
  const auto head = self->read_head();
  if (head) {
    co_await handle(self->own_.worker_, *lease);
  } else {
    co_await refuse(self->own_.worker_, *lease, head.error().code, head.error().reason);
  }
  // RFC 9113 §8.1: an answer that does not need the rest of the request.
  if (self->is_open() && !self->has_ended()) self->reset(NGHTTP2_NO_ERROR);
}

bool DownstreamH2::ServerStream::begin(Exchange& exchange) {
  const auto* published = own_.worker_.listener(own_.listener_);
  if (!published) return false;
  exchange_ = &exchange;
  exchange.downstream = this;
  exchange.peer = &own_.peer_;
  exchange.snapshot = own_.worker_.snapshot();
  exchange.listener = published->listener.get();
  return true;
}

Result<void, H2Block::Refusal> DownstreamH2::ServerStream::read_head() {
  auto& block = take_head();
  auto head = block.read(exchange_->request);
  exchange_->upgrade = block.protocol();
  exchange_->has_body = exchange_->upgrade.empty() && !is_bodiless();
  return head;
}

BodyStatus DownstreamH2::ServerStream::account(BodyStatus status, const BodyPart& part) noexcept {
  body_bytes_ += part.bytes;
  const auto limit = exchange_->listener->limits.body;
  return status == BodyStatus::ok && limit != 0 && body_bytes_ > limit ? BodyStatus::too_large : status;
}

// What follows an upgrade is the tunnel's.
BodyStatus DownstreamH2::ServerStream::take_buffered_body(BodyPart& part) {
  if (exchange_->upgrade.empty()) return account(take_part(part), part);
  part = {};
  part.end = true;
  return BodyStatus::ok;
}

Clock::time_point DownstreamH2::ServerStream::next_bytes_by() const noexcept {
  return wheel().now() + exchange_->listener->limits.request_timeout + DeadlineWheel::tick;
}

void DownstreamH2::ServerStream::wait_for_the_first() noexcept {
  const auto first = std::min(read_by_, write_by_);
  if (first == Clock::time_point::max()) return never();
  expires_at(first);
}

Awaitable<BodyStatus> DownstreamH2::ServerStream::read_body(BodyPart& part) {
  read_by_ = next_bytes_by();
  wait_for_the_first();
  const auto status = co_await read_part(part);
  read_by_ = Clock::time_point::max();
  wait_for_the_first();
  rearm();  // a client that was too slow is told so
  co_return account(status, part);
}

// Not a coroutine: a head is large, and nobody waits with it.
bool DownstreamH2::ServerStream::submit(const ResponseHead& response, const BodyPart* first) {
  Buffer scratch(own_.worker_.blocks());
  H2Head head(scratch.space());
  head.write_response(response, first ? exchange_ : nullptr);
  if (head.overflowed()) return false;
  if (first) return own_.session().send_response(*this, head.fields(), *first);
  own_.session().send_interim(*this, head.fields());
  return is_open();
}

// Nobody is owed more than one, a 100 that is waited for: the others do not wait in our memory for a client
// that takes nothing.
Awaitable<IoStatus> DownstreamH2::ServerStream::send_interim(const ResponseHead& response) {
  if (std::exchange(had_interim_, true) && own_.room() == 0)
    co_return is_open() ? IoStatus::ok : IoStatus::failed;
  const bool sent = submit(response, nullptr);
  own_.pump();
  co_return sent ? IoStatus::ok : IoStatus::failed;
}

Awaitable<IoStatus> DownstreamH2::ServerStream::send_head(const ResponseHead& response,
                                                          const BodyPart& first) {
  if (response.status == 101) exchange_->status = 200;  // as HTTP/2 says it
  if (!submit(response, &first)) co_return IoStatus::failed;
  own_.pump();
  if (!is_sending()) co_return is_open() || closed_cleanly() ? IoStatus::ok : IoStatus::failed;
  co_return co_await finish();
}

Awaitable<IoStatus> DownstreamH2::ServerStream::send_body(const BodyPart& part) {
  submit_part(part);
  co_return co_await finish();
}

// A client that is slow holds its window, not the target's block. While it takes what it gets, it may be
// silent.
Awaitable<IoStatus> DownstreamH2::ServerStream::finish() {
  auto* const upstream = exchange_->upstream;
  if (is_sending() && upstream && upstream->holds_block() && keep_rest()) upstream->let_go_of_part();
  if (is_sending()) {
    write_by_ = next_bytes_by();
    wait_for_the_first();
  }
  const auto status = co_await finish_part();
  write_by_ = Clock::time_point::max();
  if (read_by_ != Clock::time_point::max() && status == IoStatus::ok) read_by_ = next_bytes_by();
  wait_for_the_first();
  co_return status;
}

DownstreamH2::DownstreamH2(Worker& worker, SlotRef listener, std::unique_ptr<Stream> stream, Peer peer,
                           ConnectionCount count)
    : H2Connection(worker.io(), worker.blocks(), std::move(stream), H2Session::Role::server,
                   settings_of(worker.listener(listener)->listener->limits), this),
      worker_(worker),
      listener_(std::move(listener)),
      peer_(std::move(peer)),
      count_(std::move(count)),
      limits_(worker.listener(listener_)->listener->limits),
      allowance_(most_lent) {
  worker_.add(*this);
}

Awaitable<> DownstreamH2::run(std::unique_ptr<DownstreamH2> self) {
  co_await self->serve();
  auto& worker = self->worker_;
  self->count_mistakes();
  if (const auto abuse = self->session().abuse(); abuse != Abuse::none)
    add(worker.metrics().listeners.at(self->listener_).abuses_seen[static_cast<std::size_t>(abuse)]);
  self.reset();
  worker.something_ended();
}

// Exchanges that were reset count until they are over: whoever resets fast gets no more of them at once.
H2Stream* DownstreamH2::begin_stream() {
  if (exchanges() >= limits_.streams || worker_.phase() == Phase::draining) return nullptr;
  ++served_;
  return new ServerStream(*this);
}

Clock::time_point DownstreamH2::deadline() const noexcept {
  if (!session().is_greeted() || session().is_in_block()) return block_begun() + limits_.header_timeout;
  if (is_writing()) return writing_since() + limits_.request_timeout;
  if (!channels_.empty()) return Clock::time_point::max();
  return now() + (goodbye_ == Goodbye::unsaid ? limits_.idle_timeout : limits_.header_timeout);
}

// An idle client is told; one that stopped in the middle of something is not waited for.
bool DownstreamH2::on_timeout() {
  if (goodbye_ != Goodbye::unsaid || is_writing() || !channels_.empty() || session().is_in_block())
    return false;
  say_goodbye();
  return true;
}

// Their streams come to no exchange, and to no line of the log.
void DownstreamH2::count_mistakes() {
  const auto newer = session().mistakes() - std::exchange(mistakes_counted_, session().mistakes());
  if (newer > 0) add(worker_.metrics().listeners.at(listener_).stream_errors, newer);
}

void DownstreamH2::on_turn() {
  count_mistakes();
  const bool last =
      worker_.phase() != Phase::serving || worker_.is_overloaded() || served_ >= limits_.requests;
  if (last && goodbye_ == Goodbye::unsaid) say_goodbye();
  // Whoever does not answer the ping, and goes on to ask, has had its time to read it.
  const bool is_deaf = served_ >= std::uint64_t{limits_.requests} + limits_.streams;
  if (goodbye_ == Goodbye::announced && (is_deaf || !session().is_pinging())) {
    goodbye_ = Goodbye::said;
    session().end(NGHTTP2_NO_ERROR);
  }
}

// RFC 9113 §6.8: first that there will be an end, then, once that was surely read, with which stream. So no
// request that is on its way meanwhile is lost.
void DownstreamH2::say_goodbye() {
  goodbye_ = Goodbye::announced;
  session().announce_end();
  session().ping();
  pump();
}

void DownstreamH2::end_when_idle() {
  if (goodbye_ == Goodbye::unsaid) say_goodbye();
}

void DownstreamH2::cancel_upstream() {
  for (auto it = channels_.begin(); it != channels_.end();)
    static_cast<ServerStream&>(*it++).cancel_upstream();
}

}  // namespace sluice
