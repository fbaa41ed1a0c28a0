#include "routing/sha1.h"

#include <bit>

namespace sluice {
namespace {

std::uint32_t word_at(const std::uint8_t* bytes) noexcept {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 |
         bytes[3];
}

// RFC 3174 §5: the function and the constant of round t.
std::uint32_t round_term(unsigned t, std::uint32_t b, std::uint32_t c, std::uint32_t d) noexcept {
  if (t < 20) return ((b & c) | (~b & d)) + 0x5A827999;
  if (t < 40) return (b ^ c ^ d) + 0x6ED9EBA1;
  if (t < 60) return ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC;
  return (b ^ c ^ d) + 0xCA62C1D6;
}

}  // namespace

void Sha1::add(std::string_view bytes) noexcept {
  for (const char c : bytes) add(static_cast<std::uint8_t>(c));
}

void Sha1::add(std::uint8_t byte) noexcept {
  block_[size_++ % 64] = byte;
  if (size_ % 64 == 0) mix_block();
}

void Sha1::mix_block() noexcept {
  std::array<std::uint32_t, 80> words;
  for (unsigned t = 0; t < 16; ++t) words[t] = word_at(&block_[t * 4]);
  for (unsigned t = 16; t < 80; ++t)
    words[t] = std::rotl(words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16], 1);

  auto [a, b, c, d, e] = state_;
  for (unsigned t = 0; t < 80; ++t) {
    const auto next = std::rotl(a, 5) + round_term(t, b, c, d) + e + words[t];
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  state_ = {state_[0] + a, state_[1] + b, state_[2] + c, state_[3] + d, state_[4] + e};
}

Sha1::Digest Sha1::digest() const noexcept {
  auto padded = *this;
  padded.add(std::uint8_t{0x80});
  while (padded.size_ % 64 != 56) padded.add(std::uint8_t{0});
  for (int shift = 56; shift >= 0; shift -= 8) padded.add(static_cast<std::uint8_t>((size_ * 8) >> shift));

  Digest digest;
  for (unsigned i = 0; i < digest.size(); ++i)
    digest[i] = static_cast<std::uint8_t>(padded.state_[i / 4] >> (24 - i % 4 * 8));
  return digest;
}

}  // namespace sluice
