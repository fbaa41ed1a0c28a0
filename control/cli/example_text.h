// The configurations that `sluice example` prints.
#pragma once

#include <string_view>

namespace sluice::cli {

[[nodiscard]] std::string_view example_text();
[[nodiscard]] std::string_view full_example_text();

}  // namespace sluice::cli
