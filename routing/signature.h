// Proof that a cookie or a header value is one that Sluice gave out: a SipHash-2-4 tag (libsodium) of its
// text. 64 bits are plenty for something that opens no door: who guesses one chooses a version, not an
// account.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sluice {

using SigningKey = std::array<std::uint8_t, 16>;
using Tag = std::array<char, 11>;  // base64url, without padding (RFC 4648 §5)

// The keys of one purpose, so that a value made for another never passes. The first signs, every one is
// believed: that is how secrets are rotated without anybody losing a value.
class SigningKeys {
 public:
  SigningKeys() = default;
  explicit SigningKeys(std::vector<SigningKey> keys) : keys_(std::move(keys)) {}

  // Not with no keys at all.
  [[nodiscard]] Tag sign(std::string_view text) const noexcept;
  [[nodiscard]] bool signed_by_us(std::string_view text, std::string_view tag) const noexcept;
  [[nodiscard]] bool empty() const noexcept { return keys_.empty(); }

  bool operator==(const SigningKeys&) const = default;

 private:
  std::vector<SigningKey> keys_;
};

// 16 bytes as 22 characters that may stand in a cookie (base64url, without padding).
using IdText = std::array<char, 22>;
[[nodiscard]] IdText id_text(const std::array<std::uint8_t, 16>& bytes) noexcept;

}  // namespace sluice
