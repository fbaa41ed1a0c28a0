#include "routing/address_range.h"

namespace sluice {

bool AddressRange::contains(const std::array<std::uint8_t, 16>& other) const noexcept {
  for (unsigned bit = 0; bit < prefix; bit += 8) {
    const auto mask = static_cast<std::uint8_t>(prefix - bit >= 8 ? 0xFF : 0xFF << (8 - (prefix - bit)));
    if ((address[bit / 8] & mask) != (other[bit / 8] & mask)) return false;
  }
  return true;
}

}  // namespace sluice
