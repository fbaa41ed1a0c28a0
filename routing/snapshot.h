// A revision compiled for the data plane: immutable, whole, and sharing unchanged parts with its predecessor.
// control builds it, proxy reads it; nobody changes it.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "routing/listener.h"
#include "routing/service.h"

namespace sluice {

struct AddressRange {  // a CIDR block; v4 addresses as v4-mapped v6
  std::array<std::uint8_t, 16> address{};
  std::uint8_t prefix = 128;  // in bits of the v6 form

  [[nodiscard]] bool contains(const std::array<std::uint8_t, 16>& other) const noexcept;
};

struct Snapshot {
  std::uint64_t revision = 0;
  std::vector<std::shared_ptr<const Listener>> listeners;
  std::vector<std::shared_ptr<const Service>> services;
  std::vector<AddressRange> trusted;  // peers whose X-Forwarded-* and X-Sluice-* are believed
};

}  // namespace sluice
