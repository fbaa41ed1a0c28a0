#include "control/store/refusal.h"

#include "control/store/allocation_json.h"

namespace sluice {
namespace {

StoreError conflict(std::string what) {
  return {StoreError::Kind::conflict, std::move(what)};
}

std::string fault_of_service(const std::string& service, const Allocation* allocation) {
  const auto fault = allocation ? fault_of(*allocation) : std::optional<std::string>("it has no allocation");
  return fault ? "service `" + service + "`: " + *fault : "";
}

}  // namespace

std::optional<StoreError> refusal(const Write& write, std::uint64_t last) {
  if (!write.revision) return {};
  const auto& revision = *write.revision;
  const auto name = "revision " + std::to_string(revision.number);
  if (revision.parent != last)
    return conflict(name + " was made from " + std::to_string(revision.parent) + ", but the last one is " +
                    std::to_string(last));
  if (revision.number <= last) return conflict(name + " is not above the last one, " + std::to_string(last));
  for (const auto& [service, allocation] : revision.services)
    if (auto fault = fault_of_service(service, allocation.get()); !fault.empty())
      return StoreError{StoreError::Kind::unavailable,
                        name + " makes no sense, which is a fault in Sluice: " + fault};
  return {};
}

}  // namespace sluice
