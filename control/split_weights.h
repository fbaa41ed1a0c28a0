// The weights of all variants of a service, in its order, from what people or a rollout say of some. Pure.
#pragma once

#include <string>
#include <vector>

#include "control/change.h"
#include "routing/service.h"

namespace sluice {

[[nodiscard]] std::vector<Weight> weights_of(const std::vector<Variant>& variants);

// What was said by name; each variant once, and not all 0.
[[nodiscard]] Result<std::vector<Weight>, ChangeRefused> weights_in_order(const Service& service,
                                                                          const NamedWeights& weights);

// One variant has this share, in percent; what is left the others have as they had it in `before`, relative
// to each other. Where nobody else had anything, the service's stable variant has it.
[[nodiscard]] std::vector<Weight> weights_with_share(const Service& service, const std::string& variant,
                                                     Weight share, const Allocation& before);

}  // namespace sluice
