#include "routing/signature.h"

#include <sodium/crypto_shorthash.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <span>

namespace sluice {
namespace {

// RFC 4648 §5 without padding: n bytes are ceil(8n/6) characters. libsodium's own is safe against a watcher
// of the cache and takes 50 ns for it; what is encoded here is public.
template <std::size_t Length>
std::array<char, Length> base64url(std::span<const std::uint8_t> bytes) noexcept {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::array<char, Length> text;
  std::uint32_t bits = 0;
  unsigned count = 0;  // of the low bits that are not written yet
  auto at = text.begin();
  for (const auto byte : bytes) {
    bits = bits << 8 | byte;
    for (count += 8; count >= 6; count -= 6) *at++ = alphabet[bits >> (count - 6) & 63];
  }
  if (count != 0) *at++ = alphabet[bits << (6 - count) & 63];
  assert(at == text.end());
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
