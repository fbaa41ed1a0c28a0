// The description's areas, each in a file of its own: members of "paths" and of "components/schemas", without
// the braces around them.
#pragma once

#include <string_view>

namespace sluice::openapi {

struct Part {
  std::string_view paths, schemas;
};

[[nodiscard]] Part process();
[[nodiscard]] Part services();
[[nodiscard]] Part rollouts();
[[nodiscard]] Part revisions();
[[nodiscard]] Part targets();
[[nodiscard]] Part visitors();

}  // namespace sluice::openapi
