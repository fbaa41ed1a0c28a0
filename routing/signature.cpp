#include "routing/signature.h"

#include <sodium/crypto_shorthash.h>

#include <algorithm>
#include <cassert>
#include <cstring>

namespace sluice {
namespace {

// RFC 4648 §5 without padding: n bytes are ceil(8n/6) characters. libsodium's own is safe against a watcher
// of the cache and takes 50 ns for it; what is encoded here is public.
template <std::size_t Length, std::size_t Size>
std::array<char, Length> base64url(const std::array<std::uint8_t, Size>& bytes) noexcept {
  static_assert(Length == (8 * Size + 5) / 6);
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const auto sextet = [&](std::size_t i) {
    const auto bit = 6 * i, byte = bit / 8;
    const unsigned pair = bytes[byte] << 8 | (byte + 1 < Size ? bytes[byte + 1] : 0u);
    return alphabet[pair >> (10 - bit % 8) & 63];
  };
  std::array<char, Length> text;
  for (std::size_t i = 0; i < Length; ++i) text[i] = sextet(i);
  return text;
}

Tag tag_of(const SigningKey& key, std::string_view text) noexcept {
  static_assert(sizeof(SigningKey) == crypto_shorthash_KEYBYTES);
  std::array<std::uint8_t, crypto_shorthash_BYTES> hash;
  crypto_shorthash(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size(), key.data());
  return base64url<std::tuple_size_v<Tag>>(hash);
}

// Without a branch on what is compared, so that the time it takes tells nothing: two words that overlap hold
// all 11 characters.
bool same(const Tag& ours, const char* theirs) noexcept {
  std::uint64_t a, b, c, d;
  std::memcpy(&a, ours.data(), 8);
  std::memcpy(&b, theirs, 8);
  std::memcpy(&c, ours.data() + 3, 8);
  std::memcpy(&d, theirs + 3, 8);
  return ((a ^ b) | (c ^ d)) == 0;
}

}  // namespace

Tag SigningKeys::sign(std::string_view text) const noexcept {
  assert(!keys_.empty());
  return tag_of(keys_.front(), text);
}

bool SigningKeys::signed_by_us(std::string_view text, std::string_view tag) const noexcept {
  if (tag.size() != std::tuple_size_v<Tag>) return false;
  return std::ranges::any_of(keys_,
                             [&](const SigningKey& key) { return same(tag_of(key, text), tag.data()); });
}

IdText id_text(const std::array<std::uint8_t, 16>& bytes) noexcept {
  return base64url<std::tuple_size_v<IdText>>(bytes);
}

}  // namespace sluice
