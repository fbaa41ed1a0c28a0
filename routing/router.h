// Everything that is decided about a request of a service before a target is picked. Pure: time, random bytes
// and the points of requests without identity come from the visitor.
#pragma once

#include <optional>
#include <string_view>

#include "routing/experiment.h"
#include "routing/override.h"
#include "routing/visitor.h"

namespace sluice {

struct Service;
struct Variant;

// What put a request into its variant, in the order in which they are asked. A listener for testers counts as
// the header does.
enum class ChosenBy : std::uint8_t { override_header, experiment, pin, split };
inline constexpr std::size_t ways_to_choose = 4;

struct Assignment {
  const Variant* variant = nullptr;
  ChosenBy by = ChosenBy::split;
  Point point = 0;    // on the line of the service's split
  Identity identity;  // none: the point came from the split's sequence
  OverrideVerdict override_verdict = OverrideVerdict::absent;
  Exposures exposures;
};

[[nodiscard]] Assignment assign(const Service& service, Visitor& visitor);

// The arm that this visitor gets; none if outside the audience.
[[nodiscard]] std::optional<Exposure> find_arm(const Layer& layer, const Service& service, Visitor& visitor);

}  // namespace sluice
