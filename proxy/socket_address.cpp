#include "proxy/socket_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace sluice {
namespace {

const sockaddr_in& v4(const SocketAddress& address) noexcept {
  return reinterpret_cast<const sockaddr_in&>(address.storage);
}
const sockaddr_in6& v6(const SocketAddress& address) noexcept {
  return reinterpret_cast<const sockaddr_in6&>(address.storage);
}
bool is_v4(const SocketAddress& address) noexcept {
  return address.storage.ss_family == AF_INET;
}

}  // namespace

std::optional<SocketAddress> SocketAddress::make(const std::string& ip, std::uint16_t port) noexcept {
  SocketAddress address;
  auto& in4 = reinterpret_cast<sockaddr_in&>(address.storage);
  auto& in6 = reinterpret_cast<sockaddr_in6&>(address.storage);
  if (::inet_pton(AF_INET, ip.c_str(), &in4.sin_addr) == 1) {
    in4.sin_family = AF_INET;
    in4.sin_port = htons(port);
    address.size = sizeof(sockaddr_in);
    return address;
  }
  if (::inet_pton(AF_INET6, ip.c_str(), &in6.sin6_addr) == 1) {
    in6.sin6_family = AF_INET6;
    in6.sin6_port = htons(port);
    address.size = sizeof(sockaddr_in6);
    return address;
  }
  return {};
}

SocketAddress SocketAddress::local_of(int fd) noexcept {
  SocketAddress address;
  ::getsockname(fd, address.raw(), &address.size);
  return address;
}

std::uint16_t SocketAddress::port() const noexcept {
  return ntohs(is_v4(*this) ? v4(*this).sin_port : v6(*this).sin6_port);
}

std::array<std::uint8_t, 16> SocketAddress::bytes() const noexcept {
  std::array<std::uint8_t, 16> bytes{};
  if (is_v4(*this)) {
    bytes[10] = bytes[11] = 0xFF;
    std::memcpy(&bytes[12], &v4(*this).sin_addr, 4);
  } else {
    std::memcpy(bytes.data(), &v6(*this).sin6_addr, 16);
  }
  return bytes;
}

std::string SocketAddress::ip_text() const {
  return sluice::ip_text(bytes());
}

std::string ip_text(const std::array<std::uint8_t, 16>& all) {
  char text[INET6_ADDRSTRLEN] = "";
  static constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (std::equal(mapped.begin(), mapped.end(), all.begin())) {
    ::inet_ntop(AF_INET, &all[12], text, sizeof text);
  } else {
    ::inet_ntop(AF_INET6, all.data(), text, sizeof text);
  }
  return text;
}

std::string with_port(const std::string& ip, std::uint16_t port) {
  const bool v6 = ip.find(':') != std::string::npos;
  return (v6 ? "[" + ip + "]:" : ip + ":") + std::to_string(port);
}

}  // namespace sluice
