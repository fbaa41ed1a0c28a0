#include "routing/snapshot.h"

namespace sluice {

const Service* find_service(const Snapshot& snapshot, std::string_view name) noexcept {
  for (const auto& service : snapshot.services)
    if (service->name == name) return service.get();
  return nullptr;
}

}  // namespace sluice
