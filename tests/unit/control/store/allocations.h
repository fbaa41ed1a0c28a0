// Allocations, revisions and writes as the tests of the stores need them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "control/store/store.h"

namespace sluice {

// Variants v0, v1, … with these weights in millionths and the split that they begin with; the first is
// stable.
inline Allocation allocation(std::initializer_list<std::uint64_t> millionths) {
  Allocation made;
  std::vector<Weight> weights;
  for (const auto weight : millionths) {
    made.variants.push_back({"v" + std::to_string(made.variants.size()), Weight{weight}, false});
    weights.push_back(Weight{weight});
  }
  made.stable = "v0";
  const auto split = Split::from_weights(weights);
  made.ranges = {split.ranges().begin(), split.ranges().end()};
  return made;
}

inline std::shared_ptr<const Allocation> shared_allocation(std::initializer_list<std::uint64_t> millionths) {
  return std::make_shared<const Allocation>(allocation(millionths));
}

inline Write revision_write(std::uint64_t number, std::uint64_t parent) {
  Write write;
  auto& revision = write.revision.emplace();
  revision.number = number;
  revision.parent = parent;
  revision.at = SystemTime(std::chrono::milliseconds(1'700'000'000'123 + static_cast<std::int64_t>(number)));
  revision.author = "operator:ci";
  revision.kind = "weights";
  revision.services["shop"] = shared_allocation({number, 1'000'000});
  return write;
}

inline Write event_write(std::uint64_t number) {
  Write write;
  AuditEvent event;
  event.number = number;
  event.text = "event " + std::to_string(number);
  write.events.push_back(event);
  return write;
}

}  // namespace sluice
