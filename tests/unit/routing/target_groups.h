// Target groups for tests.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "routing/hash_ring.h"
#include "routing/target_group.h"

namespace sluice {

// Targets t0, t1, … with these weights.
inline std::shared_ptr<TargetGroup> group_of(Algorithm algorithm, const std::vector<std::uint32_t>& weights) {
  auto group = std::make_shared<TargetGroup>();
  group->algorithm = algorithm;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    auto& target = group->targets.emplace_back();
    target.address = "t" + std::to_string(i);
    target.weight = weights[i];
  }
  if (algorithm == Algorithm::consistent_hash)
    group->ring = std::make_shared<const HashRing>(group->targets);
  return group;
}

inline constexpr std::array every_algorithm{Algorithm::round_robin, Algorithm::least_outstanding,
                                            Algorithm::weighted_random, Algorithm::consistent_hash};

// Their names, for tests with a parameter.
inline std::string name_of(Algorithm algorithm) {
  constexpr std::array names{"RoundRobin", "LeastOutstanding", "WeightedRandom", "ConsistentHash"};
  return names.at(static_cast<std::size_t>(algorithm));
}

}  // namespace sluice
