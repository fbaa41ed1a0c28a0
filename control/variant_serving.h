// Who answers the users of a variant at this moment, as far as the health of targets decides it.
#pragma once

#include <cstdint>
#include <string_view>

#include "routing/service.h"

namespace sluice {

enum class Serving : std::uint8_t {
  own_targets,
  all_targets,  // stable, of whose targets too few are fit: all that are not draining
  stable,       // the stable variant, for one that has no fit target
  none          // nobody: its users get a 503
};

[[nodiscard]] std::string_view to_string(Serving serving) noexcept;

// `variant`: an index into the service's.
[[nodiscard]] Serving serving(const Service& service, std::uint32_t variant, SteadyTime now);

}  // namespace sluice
