#include "proxy/upstream_connector.h"

#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>

#include "proxy/socket_address.h"
#include "proxy/tls_stream.h"

namespace sluice {
namespace {

// The host of a target's address, for SNI and verification.
std::string host_of(const std::string& address) {
  std::string host(host_without_port(address));
  return host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
}

// Some errors are our own shortage, and no target is to be judged by them.
ErrorCode error_of(int error) noexcept {
  switch (error) {
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case EADDRNOTAVAIL:  // all ports to this address are in use
    case EAGAIN:
      return ErrorCode::no_socket;
    default:
      return ErrorCode::upstream_connect_failed;
  }
}

// An answer may be waited for, or a stream be silent, for as long as the configuration lets it: whether the
// target's host is still there, the kernel asks. Found to be dead within half a minute.
void probe_silence(int fd) noexcept {
  const int on = 1, first_after = 15, next_after = 5, most = 3;  // seconds, and how many
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &first_after, sizeof first_after);
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &next_after, sizeof next_after);
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &most, sizeof most);
  ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

// A socket on its way to the target.
Result<int, ErrorCode> begin_connect(const Target& target) noexcept {
  const auto address = SocketAddress::make(target.ip, target.port);
  if (!address) return failure(ErrorCode::upstream_connect_failed);
  const int fd = ::socket(address->raw()->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return failure(error_of(errno));
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  probe_silence(fd);
  if (::connect(fd, address->raw(), address->size) == 0 || errno == EINPROGRESS) return fd;
  const auto error = error_of(errno);
  ::close(fd);
  return failure(error);
}

// 0 once the connection stands.
int connect_error(int fd) noexcept {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

// A new connection has room for some dozen bytes.
bool send_whole(int fd, std::string_view bytes) noexcept {
  return bytes.empty() ||
         ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

ErrorCode connect_failure(IoStatus status) noexcept {
  return status == IoStatus::timed_out ? ErrorCode::upstream_connect_timeout
                                       : ErrorCode::upstream_connect_failed;
}

}  // namespace

Awaitable<ConnectedStream> connect_upstream(asio::io_context& io, DeadlineWheel& wheel, const Target& target,
                                            const TargetGroup& group, std::shared_ptr<const ClientTls> tls,
                                            std::string preamble) {
  const auto begun = begin_connect(target);
  if (!begun) co_return failure(begun.error());
  const int fd = *begun;
  std::unique_ptr<Stream> stream;
  TlsStream* secured = nullptr;
  if (tls) {
    auto name = tls->server_name().empty() ? host_of(target.address) : tls->server_name();
    auto made = std::make_unique<TlsStream>(io, wheel, fd, std::move(tls), name);
    secured = made.get();
    stream = std::move(made);
  } else {
    stream = std::make_unique<PlainStream>(io, wheel, fd);
  }
  stream->expires_after(group.limits.connect_timeout);
  stream->descriptor().exhausted(Direction::write);
  if (const auto status = co_await stream->wait(IoStatus::want_write); status != IoStatus::ok)
    co_return failure(connect_failure(status));
  if (connect_error(fd) != 0) co_return failure(ErrorCode::upstream_connect_failed);
  if (!send_whole(fd, preamble)) co_return failure(ErrorCode::upstream_connect_failed);
  if (secured) {
    const auto status = co_await secured->handshake();
    if (status == IoStatus::timed_out) co_return failure(ErrorCode::upstream_connect_timeout);
    if (status != IoStatus::ok) co_return failure(ErrorCode::upstream_tls_failed);
    if (group.protocol == UpstreamProtocol::http2 && secured->protocol() != "h2")
      co_return failure(ErrorCode::upstream_tls_failed);
  }
  stream->never();
  stream->descriptor().drained();  // nothing is due before the request
  co_return stream;
}

}  // namespace sluice
