// Addresses as the configuration writes them: host:port and CIDR blocks, and the one place that asks the
// resolver.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "routing/result.h"
#include "routing/snapshot.h"

namespace sluice {

struct HostPort {
  std::string host;  // without brackets
  std::uint16_t port = 0;
  bool operator==(const HostPort&) const = default;
};

// "127.0.0.1:80", "[::1]:80", "app.internal:80".
[[nodiscard]] Result<HostPort, std::string> parse_address(std::string_view text);

// The same for an address to listen on, which must be numeric; "localhost" is 127.0.0.1, port 0 is any free
// one.
[[nodiscard]] Result<HostPort, std::string> parse_listen_address(std::string_view text);

[[nodiscard]] bool is_loopback(const std::string& ip);

// "10.0.0.0/8", "2001:db8::/32", or one address.
[[nodiscard]] Result<AddressRange, std::string> parse_range(std::string_view text);

// A numeric address of a host, IPv4 before IPv6 (what listens on both listens on IPv4 surely). Numeric hosts
// are returned as they are; names block until the resolver answers.
[[nodiscard]] Result<std::string, std::string> resolve(const std::string& host);

}  // namespace sluice
