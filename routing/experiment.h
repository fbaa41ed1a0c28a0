// A/B tests: who takes part, which arm they get, and what an arm does. Experiments that exclude each other
// share a line of their own, the layer, so that a user is in at most one of them; an experiment that excludes
// none has a layer to itself.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "routing/condition.h"
#include "routing/flags.h"
#include "routing/slot.h"
#include "routing/split.h"
#include "routing/vendor_hash.h"

namespace sluice {

struct Arm {
  std::string name;
  Weight weight;
  std::vector<std::pair<std::string, FlagValue>> flags;
  std::string members;  // the flags as members of the Feature-Flags dictionary: `search="v2", one-click`
  std::optional<std::uint32_t> variant;  // forced: index into the service's variants
  SlotRef slot;                          // by (experiment, arm)
  bool operator==(const Arm&) const = default;
};

struct Experiment {
  std::string name;
  std::string service;
  Weight share;                       // per cent of all identities that the audience is drawn from
  std::vector<Condition> conditions;  // what an audience's request must be like, too
  std::vector<Arm> arms;
  Split split;                          // of the audience between the arms
  std::optional<VendorSplit> vendor{};  // instead, for identities: if the service's hash is a vendor's
  std::uint64_t division = 0;           // a number for the arms and their split: another one when they change
  std::uint64_t salt_seed = 0;
  SlotRef slot;  // of the arms' own sequence
  bool operator==(const Experiment&) const = default;
};

// The arm of an identity that takes part.
[[nodiscard]] inline const Arm& arm_of(const Experiment& experiment, std::string_view identity) noexcept {
  return experiment
      .arms[experiment.vendor ? experiment.vendor->variant_at(identity)
                              : experiment.split.variant_at(point_of(experiment.salt_seed, identity))];
}

struct Layer {
  std::string name;
  std::vector<std::shared_ptr<const Experiment>> experiments;
  Split split;  // index i: experiments[i]; one past them: nobody
  std::uint64_t salt_seed = 0;
  SlotRef slot;  // of its own sequence
  bool operator==(const Layer&) const = default;
};

inline constexpr std::size_t most_experiments = 16;  // of one service

// The arms that a request fell into.
struct Exposure {
  const Experiment* experiment;
  const Arm* arm;
};
class Exposures {
 public:
  void add(const Exposure& exposure) noexcept { all_[size_++] = exposure; }  // most_experiments times at most
  [[nodiscard]] const Exposure* begin() const noexcept { return all_.data(); }
  [[nodiscard]] const Exposure* end() const noexcept { return all_.data() + size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

 private:
  std::array<Exposure, most_experiments> all_;  // not set beyond size_: a request pays for what it has
  std::uint32_t size_ = 0;
};

}  // namespace sluice
