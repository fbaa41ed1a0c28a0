// What PUT …/weights carries: {"blue": 90, "green": 10} and, if the sender wishes, the revision that this is
// meant for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "control/revisions.h"
#include "routing/result.h"

namespace sluice {

struct BadWeights {
  unsigned status;
  std::string code, what;
};

[[nodiscard]] Result<NamedWeights, BadWeights> parse_weights(std::string_view body);

// A weight as the millionths that were typed; JSON's own doubles are only near them. None for what no weight
// can be.
[[nodiscard]] std::optional<Weight> weight_of(double number) noexcept;

// The revision of If-Match: 3 or "3"; none for * or no such field.
[[nodiscard]] Result<std::optional<std::uint64_t>, std::string> parse_if_match(
    const std::optional<std::string>& field);

}  // namespace sluice
