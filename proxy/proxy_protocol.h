// The PROXY protocol: what a proxy in front of us says of its client before the connection's first byte, and
// what we say of ours to targets that want to know (haproxy.org/download/3.0/doc/proxy-protocol.txt). Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice {

// An end of a connection; v4 as v4-mapped.
struct ProxyEndpoint {
  std::array<std::uint8_t, 16> ip{};
  std::uint16_t port = 0;
  bool operator==(const ProxyEndpoint&) const = default;
};

struct ProxyHeader {
  enum class State : std::uint8_t { incomplete, malformed, complete };
  State state = State::incomplete;
  std::size_t size = 0;       // of the whole header, once complete
  bool names_client = false;  // LOCAL and UNKNOWN name nobody: the connection's own ends count
  ProxyEndpoint client = {};
};

// The longest header that is read; a longer one is malformed.
inline constexpr std::size_t longest_proxy_header = 4096;

// Reads a header of version 1 or 2 from the first bytes of a connection. What can become none is `malformed`
// at once. TLVs are skipped, but a CRC32c among them must be right.
[[nodiscard]] ProxyHeader parse_proxy_header(std::string_view bytes) noexcept;

// A header of version 2 for a connection from `client` to `server`.
[[nodiscard]] std::string proxy_header_v2(const ProxyEndpoint& client, const ProxyEndpoint& server);

}  // namespace sluice
