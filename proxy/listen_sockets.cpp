#include "proxy/listen_sockets.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include "proxy/socket_address.h"

namespace sluice {
namespace {

constexpr int backlog = 4096;  // the kernel cuts it down to net.core.somaxconn

int environment_number(const char* name) noexcept {
  const char* text = std::getenv(name);
  int number = -1;
  if (text) std::from_chars(text, text + std::strlen(text), number);
  return number;
}

// What is written leaves at once: what belongs together is one write, and a second one that waited for the
// acknowledgement of the first would wait for 40 ms. Accepted connections inherit it (tcp(7)).
void send_at_once(int fd) noexcept {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// A listening socket, or -1 with errno.
int open_listening(const SocketAddress& address) noexcept {
  const int fd = ::socket(address.raw()->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (::bind(fd, address.raw(), address.size) == 0 && ::listen(fd, backlog) == 0) return fd;
  const int error = errno;
  ::close(fd);
  errno = error;
  return -1;
}

// SO_REUSEPORT would let two proxies of one user share a port without a word; one socket without it tells.
bool taken_by_another(const SocketAddress& address) noexcept {
  const int fd = ::socket(address.raw()->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const bool taken = ::bind(fd, address.raw(), address.size) != 0 && errno == EADDRINUSE;
  ::close(fd);
  return taken;
}

}  // namespace

InheritedSockets InheritedSockets::from_environment() {
  constexpr int first = 3;  // SD_LISTEN_FDS_START
  InheritedSockets sockets;
  if (environment_number("LISTEN_PID") != ::getpid()) return sockets;
  for (int fd = first; fd < first + environment_number("LISTEN_FDS"); ++fd) {
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    sockets.fds_.push_back(fd);
  }
  ::unsetenv("LISTEN_PID");
  ::unsetenv("LISTEN_FDS");
  return sockets;
}

int InheritedSockets::find(const std::string& ip, std::uint16_t port) const noexcept {
  const auto wanted = SocketAddress::make(ip, port);
  for (const int fd : fds_) {
    const auto local = SocketAddress::local_of(fd);
    if (wanted && local.port() == port && local.bytes() == wanted->bytes()) return fd;
  }
  return -1;
}

Result<std::shared_ptr<ListenSockets>, std::string> ListenSockets::open(const Listener& listener,
                                                                        unsigned workers,
                                                                        const InheritedSockets& inherited) {
  const auto refuse = [&](std::string_view why) {
    return failure("listener `" + listener.name + "`: cannot listen on " + listener.address + ": " +
                   std::string(why));
  };
  auto address = SocketAddress::make(listener.ip, listener.port);
  if (!address) return refuse("not an address");
  std::shared_ptr<ListenSockets> sockets(new ListenSockets);
  sockets->ip_ = listener.ip;
  sockets->configured_port_ = listener.port;
  const int handed = inherited.find(listener.ip, listener.port);
  if (handed < 0 && listener.port != 0 && taken_by_another(*address))
    return refuse(std::strerror(EADDRINUSE));
  for (unsigned worker = 0; worker < workers; ++worker) {
    const int fd = handed >= 0 ? ::fcntl(handed, F_DUPFD_CLOEXEC, 0) : open_listening(*address);
    if (fd < 0) return refuse(std::strerror(errno));
    send_at_once(fd);
    sockets->fds_.push_back(fd);
    address = SocketAddress::local_of(fd);  // a port of 0 became a real one: the others join it
  }
  sockets->port_ = address->port();
  return sockets;
}

ListenSockets::~ListenSockets() {
  for (const int fd : fds_)
    if (fd >= 0) ::close(fd);
}

int ListenSockets::take(unsigned worker) noexcept {
  return std::exchange(fds_[worker], -1);
}

}  // namespace sluice
