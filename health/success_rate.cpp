#include "health/success_rate.h"

#include <cmath>

namespace sluice {
namespace {

constexpr double factor = 1.9;

double rate(const SuccessSample& sample) noexcept {
  return 1 - static_cast<double>(sample.failures) / static_cast<double>(sample.attempts);
}

}  // namespace

std::vector<std::size_t> success_rate_outliers(std::span<const SuccessSample> samples) {
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
  for (std::size_t i = 0; i < samples.size(); ++i)
    if (samples[i].attempts >= least_attempts && rate(samples[i]) < mean - factor * deviation) outliers.push_back(i);
  return outliers;
}

}  // namespace sluice
