// Numeric addresses to and from the kernel's form.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace sluice {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  [[nodiscard]] static std::optional<SocketAddress> make(const std::string& ip, std::uint16_t port) noexcept;
  [[nodiscard]] static SocketAddress local_of(int fd) noexcept;

  [[nodiscard]] sockaddr* raw() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
  [[nodiscard]] const sockaddr* raw() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] std::uint16_t port() const noexcept;
  // v4 as v4-mapped v6.
  [[nodiscard]] std::array<std::uint8_t, 16> bytes() const noexcept;
  [[nodiscard]] std::string ip_text() const;
};

// "192.0.2.1:80", "[2001:db8::1]:80".
[[nodiscard]] std::string with_port(const std::string& ip, std::uint16_t port);
// v4-mapped addresses as v4.
[[nodiscard]] std::string ip_text(const std::array<std::uint8_t, 16>& bytes);

}  // namespace sluice
