#include "proxy/upgrade.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <array>
#include <span>

#include "routing/header_id.h"
#include "routing/trimmed.h"

namespace sluice {
namespace {

constexpr std::string_view websocket_id = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

std::string base64(std::span<const unsigned char> bytes) {
  std::string encoded((bytes.size() + 2) / 3 * 4, '=');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()), bytes.data(),
                  static_cast<int>(bytes.size()));
  return encoded;
}

}  // namespace

bool is_websocket(std::string_view protocol) noexcept {
  return equal_ignoring_case(protocol, "websocket");
}

bool names_http2(std::string_view upgrade) noexcept {
  bool named = false;
  for_each_token(upgrade, [&](std::string_view token) {
    named |= equal_ignoring_case(token, "h2c") || equal_ignoring_case(token, "h2");
  });
  return named;
}

std::string make_websocket_key() {
  std::array<unsigned char, 16> bytes{};
  RAND_bytes(bytes.data(), bytes.size());
  return base64(bytes);
}

std::string websocket_accept(std::string_view key) {
  const auto hashed = std::string(key).append(websocket_id);
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(hashed.data()), hashed.size(), digest.data());
  return base64(digest);
}

}  // namespace sluice
