#include "routing/point.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace sluice {

std::uint64_t salt_seed(std::string_view salt) noexcept {
  return XXH3_64bits(salt.data(), salt.size());
}

Point point_of(std::uint64_t salt_seed, std::string_view identity) noexcept {
  return XXH3_64bits_withSeed(identity.data(), identity.size(), salt_seed);
}

namespace {

constexpr std::uint32_t reversed(std::uint32_t bits) noexcept {
  bits = (bits & 0x55555555) << 1 | (bits >> 1 & 0x55555555);
  bits = (bits & 0x33333333) << 2 | (bits >> 2 & 0x33333333);
  bits = (bits & 0x0F0F0F0F) << 4 | (bits >> 4 & 0x0F0F0F0F);
  return __builtin_bswap32(bits);
}

// Each bit of the result depends on those below it: an Owen scrambling of the number read backwards.
constexpr std::uint32_t scrambled_backwards(std::uint32_t bits, std::uint32_t seed) noexcept {
  bits += seed;
  bits ^= bits * 0x6C50B47Cu;
  bits ^= bits * 0xB82F1E52u;
  bits ^= bits * 0xC7AFE638u;
  bits ^= bits * 0x8D22F6E6u;
  return bits;
}

}  // namespace

Point ShuffledSequence::next() noexcept {
  const auto order = scrambled_backwards(reversed(count_++), order_);
  return Point{reversed(scrambled_backwards(reversed(order), place_))} << 32;
}

}  // namespace sluice
