#include "health/success_rate.h"

#include <algorithm>
#include <cmath>

namespace sluice {
namespace {

constexpr double factor = 1.9;
constexpr double least_gap = 0.05;

double rate(const SuccessSample& sample) noexcept {
  return 1 - static_cast<double>(sample.failures) / static_cast<double>(sample.attempts);
}

}  // namespace

std::vector<std::size_t> success_rate_outliers(std::span<const SuccessSample> samples,
                                               std::uint64_t least_failures) {
  double sum = 0, squares = 0;
  std::size_t count = 0;
  for (const auto& sample : samples) {
    if (sample.attempts < least_attempts) continue;
    sum += rate(sample);
    squares += rate(sample) * rate(sample);
    ++count;
  }
  std::vector<std::size_t> outliers;
  if (count < least_targets) return outliers;
  const double mean = sum / static_cast<double>(count);
  const double deviation = std::sqrt(std::max(0.0, squares / static_cast<double>(count) - mean * mean));
  const double lowest = mean - std::max(factor * deviation, least_gap);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto& sample = samples[i];
    if (sample.attempts < least_attempts || sample.failures < least_failures) continue;
    if (rate(sample) < lowest) outliers.push_back(i);
  }
  return outliers;
}

}  // namespace sluice
