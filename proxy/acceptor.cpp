#include "proxy/acceptor.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>

#include "proxy/start_session.h"

namespace sluice {
namespace {

// What a connection that is turned away is told, without having asked.
std::string refusal(ErrorCode code) {
  const auto error = info(code);
  std::string body = "{\"type\":\"about:blank\",\"title\":\"";
  body.append(error.title).append("\",\"status\":503,\"code\":\"").append(error.code).append("\"}\n");
  return "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nConnection: close\r\n"
         "Retry-After: 1\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}
const std::string too_many = refusal(ErrorCode::too_many_connections);
const std::string too_busy = refusal(ErrorCode::overloaded);

int open_spare() noexcept {
  return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

// How many clients the process can hold and still have descriptors for as many upstreams, files and itself.
std::uint32_t descriptor_share() noexcept {
  static const std::uint32_t share = [] {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return static_cast<std::uint32_t>(std::min<rlim_t>(limit.rlim_cur, 1'000'000'000) * 3 / 5);
  }();
  return share;
}

bool out_of_descriptors(int error) noexcept {
  return error == EMFILE || error == ENFILE;
}

// Errors of one connection that died in the queue (accept(2)): the next may be fine.
bool only_this_one(int error) noexcept {
  return error == ECONNABORTED || error == EINTR || error == EPROTO || error == ENETDOWN ||
         error == EHOSTUNREACH || error == ENETUNREACH || error == EPERM;
}

}  // namespace

Acceptor::Acceptor(Worker& worker, const PublishedListener& listener, int fd)
    : worker_(worker),
      listener_(listener.listener->slot),
      sockets_(listener.sockets),
      cell_(worker.metrics().listeners.at(listener_)),
      socket_(worker.io(), fd),
      spare_fd_(open_spare()) {}

Acceptor::~Acceptor() {
  if (spare_fd_ >= 0) ::close(spare_fd_);
}

void Acceptor::stop() {
  stopping_ = true;
  socket_.interrupt(Wake::cancelled);
}

Awaitable<> Acceptor::run(std::shared_ptr<Acceptor> self) {
  for (;;) {
    if (!self->accept_all()) {  // no memory for sockets: give it back some time
      asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor> pause(
          self->worker_.io(), std::chrono::milliseconds(100));
      co_await pause.async_wait(use_awaitable);
      continue;
    }
    if (self->stopping_) break;
    std::ignore = co_await self->socket_.wait(Direction::read);
  }
  auto& worker = self->worker_;
  self.reset();
  worker.something_ended();
}

// Empties the accept queue; false if the kernel has no memory to do so now.
bool Acceptor::accept_all() {
  for (;;) {
    SocketAddress peer;
    const int fd = ::accept4(socket_.fd(), peer.raw(), &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      welcome(fd, peer);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      socket_.exhausted(Direction::read);
      return true;
    } else if (out_of_descriptors(errno) && spare_fd_ >= 0) {
      // accept4 says EMFILE before it looks at the queue: that may be empty.
      if (shed_one()) continue;
      socket_.exhausted(Direction::read);
      return true;
    } else if (!only_this_one(errno)) {
      return false;
    }
  }
}

// Accepts with the descriptor kept for this, and closes: better than a client that waits for nothing. False
// if nobody was there.
bool Acceptor::shed_one() {
  ::close(spare_fd_);
  const int fd = ::accept4(socket_.fd(), nullptr, nullptr, SOCK_CLOEXEC);
  if (fd >= 0) {
    ::close(fd);
    sluice::add(cell_.refused);
  }
  spare_fd_ = open_spare();
  return fd >= 0;
}

void Acceptor::welcome(int fd, const SocketAddress& peer) {
  const auto* published = worker_.listener(listener_);
  if (!published) return refuse(fd, too_many);
  if (worker_.is_overloaded()) return refuse(fd, too_busy);
  const auto limit = std::min(published->listener->limits.max_connections, descriptor_share());
  if (sockets_->connections.load(std::memory_order_relaxed) >= limit) return refuse(fd, too_many);
  if (published->tls && too_many_handshakes(*published->listener)) {
    ::close(fd);
    return sluice::add(cell_.ended(HandshakeResult::refused));
  }
  try {
    sluice::add(cell_.accepted);
    ConnectionCount count(sockets_, cell_.connections);
    start_session(worker_, *published, {fd, peer, std::move(count)});
  } catch (const std::bad_alloc&) {
    ::close(fd);
    sluice::add(cell_.refused);
  }
}

// A handshake costs a client little and us a lot: what we cannot do soon, we do not begin.
bool Acceptor::too_many_handshakes(const Listener& listener) const noexcept {
  return cell_.handshaking.load(std::memory_order_relaxed) >= listener.limits.handshakes;
}

void Acceptor::refuse(int fd, std::string_view why) {
  const auto* published = worker_.listener(listener_);
  if (published && !published->tls)
    std::ignore = ::send(fd, why.data(), why.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  ::close(fd);
  sluice::add(cell_.refused);
}

}  // namespace sluice
