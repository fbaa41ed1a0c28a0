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

// A connection in its handshake, which ends like any other session.
class Handshaking final : public Session {
 public:
  Handshaking(Worker& worker, SlotRef listener, std::unique_ptr<TlsStream> stream, Peer peer,
              ConnectionCount count)
      : worker_(worker),
        listener_(std::move(listener)),
        stream_(std::move(stream)),
        peer_(std::move(peer)),
        count_(std::move(count)) {
    worker.add(*this);
  }

  static Awaitable<> run(std::unique_ptr<Handshaking> self) {
    auto& worker = self->worker_;
    if (co_await self->stream_->handshake() == IoStatus::ok) {
      self->stream_->never();
      self->peer_.tls_version = self->stream_->version();
      self->peer_.tls_cipher = self->stream_->cipher();
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
  Worker& worker_;
  SlotRef listener_;
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
    auto session = std::make_unique<Handshaking>(worker, slot, std::move(stream), std::move(peer),
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
