#include "proxy/start_session.h"

#include <algorithm>
#include <boost/asio/detached.hpp>

#include "proxy/downstream_h1.h"
#include "proxy/forwarded_headers.h"
#include "proxy/tls_stream.h"

namespace sluice {
namespace {

Peer peer_of(const Worker& worker, const PublishedListener& listener, const SocketAddress& address) {
  Peer peer;
  peer.ip = address.bytes();
  peer.ip_text = address.ip_text();
  peer.port = address.port();
  peer.local_port = listener.sockets->port();
  peer.tls = listener.tls != nullptr;
  peer.trusted = std::ranges::any_of(worker.snapshot()->snapshot().trusted,
                                     [&](const AddressRange& range) { return range.contains(peer.ip); });
  peer.forwarded = forwarded_lines(peer);
  return peer;
}

HandshakeResult result_of(IoStatus status, const TlsStream& stream) noexcept {
  if (status == IoStatus::timed_out) return HandshakeResult::timeout;
  if (status != IoStatus::ok) return HandshakeResult::failed;
  return stream.resumed() ? HandshakeResult::resumed : HandshakeResult::ok;
}

// A connection in its handshake, which ends like any other session.
class Handshaking final : public Session {
 public:
  Handshaking(Worker& worker, const PublishedListener& listener, std::unique_ptr<TlsStream> stream, Peer peer,
              ConnectionCount count)
      : worker_(worker),
        listener_(listener.listener->slot),
        cell_(worker.metrics().listeners.at(listener_)),
        client_auth_(listener.tls->client_auth()),
        stream_(std::move(stream)),
        peer_(std::move(peer)),
        count_(std::move(count)) {
    increase(cell_.handshaking);
    worker.add(*this);
  }
  ~Handshaking() { decrease(cell_.handshaking); }

  static Awaitable<> run(std::unique_ptr<Handshaking> self) {
    auto& worker = self->worker_;
    const auto status = co_await self->stream_->handshake();
    add(self->cell_.ended(result_of(status, *self->stream_)));
    if (status == IoStatus::ok) {
      self->stream_->never();
      self->take_note_of_peer();
      auto session = std::make_unique<DownstreamH1>(worker, self->listener_, std::move(self->stream_),
                                                    std::move(self->peer_), std::move(self->count_));
      self.reset();
      co_return co_await DownstreamH1::run(std::move(session));
    }
    self.reset();
    worker.something_ended();
  }

  void end_when_idle() override {}
  void end_now() override { stream_->interrupt(Wake::cancelled); }
  [[nodiscard]] const SlotRef& listener() const noexcept override { return listener_; }

 private:
  void take_note_of_peer() {
    peer_.tls_version = stream_->version();
    peer_.tls_cipher = stream_->cipher();
    peer_.certificate = stream_->client_certificate(client_auth_);
  }

  Worker& worker_;
  SlotRef listener_;
  ListenerCell& cell_;
  ClientAuth::Mode client_auth_;
  std::unique_ptr<TlsStream> stream_;
  Peer peer_;
  ConnectionCount count_;
};

}  // namespace

void start_session(Worker& worker, const PublishedListener& listener, AcceptedConnection connection) {
  auto peer = peer_of(worker, listener, connection.peer);
  const auto& slot = listener.listener->slot;
  const auto executor = worker.io().get_executor();
  if (listener.tls) {
    auto stream = std::make_unique<TlsStream>(worker.io(), worker.wheel(), connection.fd, listener.tls);
    stream->expires_after(listener.listener->limits.header_timeout);
    auto session = std::make_unique<Handshaking>(worker, listener, std::move(stream), std::move(peer),
                                                 std::move(connection.count));
    asio::co_spawn(executor, Handshaking::run(std::move(session)), asio::detached);
  } else {
    auto stream = std::make_unique<PlainStream>(worker.io(), worker.wheel(), connection.fd);
    auto session = std::make_unique<DownstreamH1>(worker, slot, std::move(stream), std::move(peer),
                                                  std::move(connection.count));
    asio::co_spawn(executor, DownstreamH1::run(std::move(session)), asio::detached);
  }
}

}  // namespace sluice
