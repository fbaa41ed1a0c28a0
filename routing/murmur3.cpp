#include "routing/murmur3.h"

#include <bit>

namespace sluice {
namespace {

std::uint32_t scrambled(std::uint32_t word) noexcept {
  return std::rotl(word * 0xCC9E2D51, 15) * 0x1B873593;
}

}  // namespace

void Murmur3::add(std::string_view bytes) noexcept {
  for (const char c : bytes) {
    tail_ |= std::uint32_t{static_cast<std::uint8_t>(c)} << (size_ % 4 * 8);
    if (++size_ % 4 != 0) continue;
    hash_ = std::rotl(hash_ ^ scrambled(tail_), 13) * 5 + 0xE6546B64;
    tail_ = 0;
  }
}

std::uint32_t Murmur3::hash() const noexcept {
  auto hash = hash_ ^ scrambled(tail_) ^ size_;  // an empty tail scrambles to 0
  hash = (hash ^ (hash >> 16)) * 0x85EBCA6B;
  hash = (hash ^ (hash >> 13)) * 0xC2B2AE35;
  return hash ^ (hash >> 16);
}

}  // namespace sluice
