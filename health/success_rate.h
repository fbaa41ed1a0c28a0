// Targets that fail more often than the others of their group: those whose success rate lies further below the
// mean than chance explains. Envoy's method and numbers (outlier detection, success rate): at least 5 targets
// with at least 100 attempts each since the last look, and a rate below mean - 1.9 standard deviations. That
// alone would find whoever had the only failure of all, for a single odd one of n is sqrt(n - 1) deviations
// away however little it failed: so the rate must also be 5 points below the mean, with as many failures as
// would eject in a row. Pure: it finds them, outlier.h ejects them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sluice {

struct SuccessSample {
  std::uint64_t attempts = 0;
  std::uint64_t failures = 0;
};

inline constexpr std::size_t least_targets = 5;
inline constexpr std::uint64_t least_attempts = 100;

// Indexes of the outliers among the samples of one group, each with at least so many failures.
[[nodiscard]] std::vector<std::size_t> success_rate_outliers(std::span<const SuccessSample> samples,
                                                             std::uint64_t least_failures);

}  // namespace sluice
