// What is released: named variants that share one split.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "routing/identity.h"
#include "routing/slot.h"
#include "routing/split.h"
#include "routing/target_group.h"

namespace sluice {

struct Variant {
  std::string name;
  Weight weight;
  std::shared_ptr<const TargetGroup> group;
  SlotRef slot;  // by (service, variant)
  bool operator==(const Variant&) const = default;
};

struct Service {
  std::string name;
  SlotRef slot;
  std::vector<Variant> variants;
  std::uint32_t stable = 0;  // index into variants
  Split split;
  std::vector<IdentitySource> identity;
  std::uint64_t salt_seed = 0;
  bool operator==(const Service&) const = default;
};

}  // namespace sluice
