#include "tests/session/blocking_peer.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

#include "proxy/socket_address.h"

namespace sluice::session {
namespace {

constexpr int patience = 5'000;  // ms

int new_socket() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw std::runtime_error("socket");
  return fd;
}

bool readable_within(int fd, int milliseconds) {
  pollfd waited{.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&waited, 1, milliseconds) == 1;
}

}  // namespace

BlockingPeer::BlockingPeer(int fd) : fd_(fd) {}
BlockingPeer::BlockingPeer(BlockingPeer&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), heard_(std::move(other.heard_)), ended_(other.ended_) {}
BlockingPeer::~BlockingPeer() {
  if (fd_ >= 0) ::close(fd_);
}

BlockingPeer BlockingPeer::connect(std::uint16_t port) {
  const int fd = new_socket();
  auto address = SocketAddress::make("127.0.0.1", port);
  if (::connect(fd, address->raw(), address->size) != 0) throw std::runtime_error("connect");
  return BlockingPeer(fd);
}

void BlockingPeer::say(std::string_view text) const {
  if (::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size()))
    throw std::runtime_error("send");
}

bool BlockingPeer::receive() {
  if (ended_ || !readable_within(fd_, patience)) return false;
  std::array<char, 4096> block;
  const auto n = ::recv(fd_, block.data(), block.size(), 0);
  if (n <= 0) return !(ended_ = true);
  heard_.append(block.data(), static_cast<std::size_t>(n));
  return true;
}

std::string BlockingPeer::hear(std::string_view last) {
  for (;;) {
    if (const auto at = heard_.find(last); at != std::string::npos) {
      auto text = heard_.substr(0, at + last.size());
      heard_.erase(0, text.size());
      return text;
    }
    if (!receive()) return std::exchange(heard_, {});
  }
}

std::string BlockingPeer::hear_to_the_end() {
  while (receive()) {
  }
  if (!ended_) return "(no end of) " + heard_;
  return std::exchange(heard_, {});
}

bool BlockingPeer::is_left() {
  while (receive()) {
  }
  return ended_;
}

bool BlockingPeer::hears_nothing() const {
  return heard_.empty() && !readable_within(fd_, 0);
}

BlockingOrigin::BlockingOrigin() : listening_(new_socket()) {
  auto address = SocketAddress::make("127.0.0.1", 0);
  ::bind(listening_, address->raw(), address->size);
  ::listen(listening_, 16);
}
BlockingOrigin::~BlockingOrigin() {
  ::close(listening_);
}

std::uint16_t BlockingOrigin::port() const {
  return SocketAddress::local_of(listening_).port();
}

BlockingPeer BlockingOrigin::accept() {
  if (!readable_within(listening_, patience)) throw std::runtime_error("nobody connects to the origin");
  return BlockingPeer(::accept(listening_, nullptr, nullptr));
}

}  // namespace sluice::session
