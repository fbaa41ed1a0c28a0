// A revision compiled for the data plane: immutable, whole, and sharing unchanged parts with its predecessor.
// control builds it, proxy reads it; nobody changes it.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "routing/address_range.h"
#include "routing/listener.h"
#include "routing/service.h"

namespace sluice {

struct Snapshot {
  std::uint64_t revision = 0;
  std::vector<std::shared_ptr<const Listener>> listeners;
  std::vector<std::shared_ptr<const Service>> services;
  std::vector<std::shared_ptr<const Layer>> layers;  // of experiments, those of all services
  std::vector<AddressRange> trusted;                 // peers whose X-Forwarded-* and X-Sluice-* are believed
};

[[nodiscard]] const Service* find_service(const Snapshot& snapshot, std::string_view name) noexcept;

}  // namespace sluice
