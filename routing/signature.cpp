#include "routing/signature.h"

#include <sodium/crypto_shorthash.h>
#include <sodium/utils.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <span>

namespace sluice {
namespace {

// Without padding n bytes are ceil(8n/6) characters; libsodium also writes a terminating zero.
template <std::size_t Length>
std::array<char, Length> base64url(std::span<const std::uint8_t> bytes) noexcept {
  std::array<char, Length + 1> text;
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  std::array<char, Length> result;
  std::copy_n(text.begin(), Length, result.begin());
  return result;
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
