// CRC32c (Castagnoli; RFC 3309 appendix B), a byte at a time: it guards headers of some dozen bytes.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sluice {

class Crc32c {
 public:
  void add(std::string_view bytes) noexcept {
    for (const char c : bytes) state_ = (state_ >> 8) ^ table[(state_ ^ static_cast<std::uint8_t>(c)) & 0xFF];
  }
  [[nodiscard]] std::uint32_t value() const noexcept { return ~state_; }

 private:
  static constexpr auto table = [] {
    constexpr std::uint32_t reflected_polynomial = 0x82F63B78;
    std::array<std::uint32_t, 256> made{};
    for (std::uint32_t i = 0; i < made.size(); ++i) {
      auto value = i;
      for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ (value & 1 ? reflected_polynomial : 0);
      made[i] = value;
    }
    return made;
  }();
  std::uint32_t state_ = ~std::uint32_t{0};
};

}  // namespace sluice
