#include "routing/address_range.h"

#include <algorithm>

namespace sluice {

bool AddressRange::contains(const std::array<std::uint8_t, 16>& other) const noexcept {
  for (unsigned bit = 0; bit < prefix; bit += 8) {
    const auto mask = static_cast<std::uint8_t>(prefix - bit >= 8 ? 0xFF : 0xFF << (8 - (prefix - bit)));
    if ((address[bit / 8] & mask) != (other[bit / 8] & mask)) return false;
  }
  return true;
}

bool contain(std::span<const AddressRange> ranges, const std::array<std::uint8_t, 16>& address) noexcept {
  return std::ranges::any_of(ranges, [&](const AddressRange& range) { return range.contains(address); });
}

}  // namespace sluice
