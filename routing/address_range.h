// A block of addresses as CIDR writes it: peers that are trusted, clients that a rule is for.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace sluice {

struct AddressRange {
  std::array<std::uint8_t, 16> address{};  // v4 as v4-mapped v6
  std::uint8_t prefix = 128;               // in bits of the v6 form

  [[nodiscard]] bool contains(const std::array<std::uint8_t, 16>& other) const noexcept;
  bool operator==(const AddressRange&) const = default;
};

// Whether one of them contains the address.
[[nodiscard]] bool contain(std::span<const AddressRange> ranges,
                           const std::array<std::uint8_t, 16>& address) noexcept;

}  // namespace sluice
