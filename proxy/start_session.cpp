#include "proxy/start_session.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/detached.hpp>

#include "proxy/downstream_h1.h"
#include "proxy/downstream_h2.h"
#include "proxy/forwarded_headers.h"
#include "proxy/read_proxy_header.h"
#include "proxy/tls_stream.h"

namespace sluice {
namespace {

bool trusts(const Worker& worker, const std::array<std::uint8_t, 16>& ip) noexcept {
  return contain(worker.snapshot()->snapshot().trusted, ip);
}

void set_client(Peer& peer, const Worker& worker, const ProxyEndpoint& client) {
  peer.ip = client.ip;
  peer.ip_text = ip_text(client.ip);
  peer.port = client.port;
  peer.trusted = trusts(worker, client.ip);
  peer.forwarded = forwarded_lines(peer);
}

Peer peer_of(const Worker& worker, const PublishedListener& listener, const AcceptedConnection& connection) {
  Peer peer;
  peer.local_ip = SocketAddress::local_of(connection.fd).bytes();
  peer.local_port = listener.sockets->port();
  peer.tls = listener.tls != nullptr;
  set_client(peer, worker, {connection.peer.bytes(), connection.peer.port()});
  return peer;
}

HandshakeResult result_of(IoStatus status, const TlsStream& stream) noexcept {
  if (status == IoStatus::timed_out) return HandshakeResult::timeout;
  if (status != IoStatus::ok) return HandshakeResult::failed;
  return stream.resumed() ? HandshakeResult::resumed : HandshakeResult::ok;
}

// RFC 9113 §3.4: how a client begins that knows we speak HTTP/2.
constexpr std::string_view preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

enum class Version : std::uint8_t { unknown, http1, http2, neither };

// Looks at what has come without taking it. What is no HTTP at all gets no answer in HTTP/1.1 where a client
// may expect frames.
Version version_by_preface(int fd) noexcept {
  std::array<char, 256> seen;
  const auto got = ::recv(fd, seen.data(), seen.size(), MSG_PEEK);
  if (got == 0) return Version::http1;  // it has left
  if (got < 0) return Version::unknown;
  const std::string_view text(seen.data(), static_cast<std::size_t>(got));
  if (text.starts_with(preface)) return Version::http2;
  if (preface.starts_with(text)) return Version::unknown;
  const auto line = text.substr(0, text.find('\n'));
  return line.size() == text.size() || line.find(" HTTP/1.") != line.npos ? Version::http1 : Version::neither;
}

// A connection that introduces itself: PROXY header, TLS handshake, version. It ends like any other session.
class Arriving final : public Session {
 public:
  Arriving(Worker& worker, const PublishedListener& listener, Peer peer, AcceptedConnection connection)
      : worker_(worker),
        listener_(listener.listener->slot),
        cell_(worker.metrics().listeners.at(listener_)),
        h2c_(listener.listener->h2c),
        proxied_(listener.listener->proxy_protocol),
        peer_(std::move(peer)),
        count_(std::move(connection.count)) {
    if (listener.tls) {
      auto secured = std::make_unique<TlsStream>(worker.io(), worker.wheel(), connection.fd, listener.tls);
      secured_ = secured.get();
      client_auth_ = listener.tls->client_auth();
      stream_ = std::move(secured);
      increase(cell_.handshaking);
    } else {
      stream_ = std::make_unique<PlainStream>(worker.io(), worker.wheel(), connection.fd);
    }
    stream_->expires_after(listener.listener->limits.header_timeout);
    worker.add(*this);
  }
  ~Arriving() override {
    if (secured_) decrease(cell_.handshaking);
  }

  static Awaitable<> run(std::unique_ptr<Arriving> self) {
    auto& worker = self->worker_;
    const bool there = co_await self->arrive();
    if (there && worker.listener(self->listener_)) {  // the listener may be gone meanwhile
      self->stream_->never();
      if (self->version_ == Version::http2) co_return co_await go_on<DownstreamH2>(std::move(self));
      co_return co_await go_on<DownstreamH1>(std::move(self));
    }
    self.reset();
    worker.something_ended();
  }

  void end_when_idle() override {}
  void end_now() override { stream_->interrupt(Wake::cancelled); }
  [[nodiscard]] const SlotRef& listener() const noexcept override { return listener_; }

 private:
  Awaitable<bool> arrive() {
    const bool met = co_await meet_proxy();  // by itself: GCC 12 loses a co_await behind && (a crash)
    if (!met) co_return false;
    const bool shaken = co_await shake_hands();
    if (!shaken) co_return false;
    co_return co_await learn_version();
  }

  // The proxy says for whom it connects.
  Awaitable<bool> meet_proxy() {
    if (!proxied_) co_return true;
    const auto header = co_await read_proxy_header(*stream_);
    if (header.state != ProxyHeader::State::complete) {
      const bool malformed = header.state == ProxyHeader::State::malformed;
      add(cell_.refused_for(malformed ? ProxyRefusal::malformed : ProxyRefusal::incomplete));
      co_return false;
    }
    if (header.names_client) set_client(peer_, worker_, header.client);
    co_return true;
  }

  Awaitable<bool> shake_hands() {
    if (!secured_) co_return true;
    const auto status = co_await secured_->handshake();
    add(cell_.ended(result_of(status, *secured_)));
    if (status != IoStatus::ok) co_return false;
    peer_.tls_version = secured_->version();
    peer_.tls_cipher = secured_->cipher();
    peer_.certificate = secured_->client_certificate(client_auth_);
    if (secured_->protocol() == "h2") version_ = Version::http2;
    co_return true;
  }

  // TLS has agreed on it; where the listener takes both without, the first bytes say it.
  Awaitable<bool> learn_version() {
    if (!h2c_ || secured_) co_return true;
    for (;;) {
      version_ = version_by_preface(stream_->fd());
      if (version_ == Version::neither) co_return drop_what_came();
      if (version_ != Version::unknown) co_return true;
      stream_->descriptor().exhausted(Direction::read);
      const auto status = co_await stream_->wait(IoStatus::want_read);
      if (status != IoStatus::ok) co_return false;
    }
  }

  // A close with unread bytes would be a reset.
  bool drop_what_came() {
    std::array<char, 4096> sink;
    while (stream_->try_read(sink).status == IoStatus::ok) {
    }
    return false;
  }

  template <class Protocol>
  static Awaitable<> go_on(std::unique_ptr<Arriving> self) {
    auto session = std::make_unique<Protocol>(self->worker_, self->listener_, std::move(self->stream_),
                                              std::move(self->peer_), std::move(self->count_));
    self.reset();
    return Protocol::run(std::move(session));
  }

  Worker& worker_;
  SlotRef listener_;
  ListenerCell& cell_;
  bool h2c_;
  Version version_ = Version::http1;
  bool proxied_;
  ClientAuth::Mode client_auth_ = ClientAuth::Mode::off;
  std::unique_ptr<Stream> stream_;
  TlsStream* secured_ = nullptr;  // stream_, if it is TLS
  Peer peer_;
  ConnectionCount count_;
};

}  // namespace

void start_session(Worker& worker, const PublishedListener& listener, AcceptedConnection connection) {
  auto peer = peer_of(worker, listener, connection);
  const auto& slot = listener.listener->slot;
  const auto executor = worker.io().get_executor();
  const bool proxied = listener.listener->proxy_protocol;
  if (proxied && !peer.trusted) {
    ::close(connection.fd);
    return add(worker.metrics().listeners.at(slot).refused_for(ProxyRefusal::untrusted));
  }
  if (proxied || listener.tls || listener.listener->h2c) {
    auto session = std::make_unique<Arriving>(worker, listener, std::move(peer), std::move(connection));
    asio::co_spawn(executor, Arriving::run(std::move(session)), asio::detached);
  } else {
    auto stream = std::make_unique<PlainStream>(worker.io(), worker.wheel(), connection.fd);
    auto session = std::make_unique<DownstreamH1>(worker, slot, std::move(stream), std::move(peer),
                                                  std::move(connection.count));
    asio::co_spawn(executor, DownstreamH1::run(std::move(session)), asio::detached);
  }
}

}  // namespace sluice
