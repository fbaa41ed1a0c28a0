#include "proxy/read_proxy_header.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <optional>

namespace sluice {
namespace {

// One look at what is there; nothing if the peer has closed.
std::optional<ProxyHeader> look(int fd) noexcept {
  std::array<char, longest_proxy_header> bytes;
  ssize_t n = 0;
  do n = ::recv(fd, bytes.data(), bytes.size(), MSG_PEEK);
  while (n < 0 && errno == EINTR);
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return ProxyHeader{};
  if (n <= 0) return {};
  const auto header = parse_proxy_header({bytes.data(), static_cast<std::size_t>(n)});
  if (header.state != ProxyHeader::State::complete) return header;
  // What has been seen is there: this takes all of it.
  return ::recv(fd, bytes.data(), header.size, 0) < 0 ? std::nullopt : std::optional(header);
}

}  // namespace

Awaitable<ProxyHeader> read_proxy_header(Stream& stream) {
  for (;;) {
    const auto header = look(stream.fd());
    if (!header) co_return ProxyHeader{};
    if (header->state != ProxyHeader::State::incomplete) co_return *header;
    stream.descriptor().exhausted(Direction::read);
    if (co_await stream.wait(IoStatus::want_read) != IoStatus::ok) co_return ProxyHeader{};
  }
}

}  // namespace sluice
