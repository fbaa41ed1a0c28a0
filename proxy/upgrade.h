// Upgrades across versions. Within Sluice one is what HTTP/1.1 says (RFC 9110 §7.8): a GET with a protocol's
// name, answered with a 101. A side that speaks HTTP/2 says it by an extended CONNECT and a 2xx (RFC 8441),
// where WebSocket's key and its answer (RFC 6455 §4) have no place: who translates makes and checks them.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

// WebSocket is the one protocol that crosses versions.
[[nodiscard]] bool is_websocket(std::string_view protocol) noexcept;

// Whether an Upgrade field names HTTP/2 itself: a tunnel in which requests would pass every rule unseen.
[[nodiscard]] bool names_http2(std::string_view upgrade) noexcept;

// A Sec-WebSocket-Key: 16 random bytes in base64.
[[nodiscard]] std::string make_websocket_key();
// The Sec-WebSocket-Accept that answers a key.
[[nodiscard]] std::string websocket_accept(std::string_view key);

}  // namespace sluice
