// What is released: named variants that share one split.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "routing/experiment.h"
#include "routing/identity.h"
#include "routing/pin.h"
#include "routing/retry_policy.h"
#include "routing/slot.h"
#include "routing/split.h"
#include "routing/target_group.h"
#include "routing/vendor_hash.h"

namespace sluice {

struct Variant {
  std::string name;
  Weight weight;
  std::shared_ptr<const TargetGroup> group;
  SlotRef slot;  // by (service, variant)
  bool withdrawn =
      false;  // taken to 0 by a gate, an abort or a rollback: only a tester's override reaches it
  bool operator==(const Variant&) const = default;
};

// Where a variant's share goes while it has no healthy target; none: nowhere, its users get a 503.
enum class Fallback : std::uint8_t { stable, none };

// Which requests are copied to another variant, whose answers nobody gets.
struct MirrorPolicy {
  std::uint32_t to = 0;    // index into variants
  Split::Share width = 0;  // a request is copied whose point in the sequence lies below it
  std::uint64_t body = 0;  // bytes; a request with a larger one is not copied
  SlotRef decision;        // of the sequence
  bool operator==(const MirrorPolicy&) const = default;
};

// While a rollout is tested: requests that come in by this listener get that variant.
struct TestTraffic {
  std::string listener;
  std::string variant;
  bool operator==(const TestTraffic&) const = default;
};

struct Service {
  std::string name;
  SlotRef slot;  // of the split's own sequence
  std::vector<Variant> variants;
  std::uint32_t stable = 0;  // index into variants
  Split split;
  IdentityPolicy identity;
  std::uint64_t salt_seed = 0;
  std::shared_ptr<const VendorSplit> vendor{};         // null: identities are split by the point
  std::shared_ptr<const PinPolicy> pin{};              // null: nobody is pinned
  SigningKeys override_keys{};                         // of X-Sluice-Override
  std::vector<std::shared_ptr<const Layer>> layers{};  // those with an experiment of this service
  Fallback fallback = Fallback::stable;
  RetryPolicy retry = harmless_retries();
  std::shared_ptr<const MirrorPolicy> mirror{};  // null: nothing is copied
  std::shared_ptr<const TestTraffic> test{};     // null: no listener is a tester's
  std::shared_ptr<ServiceState> state = std::make_shared<ServiceState>();
  bool operator==(const Service&) const = default;
};

}  // namespace sluice
