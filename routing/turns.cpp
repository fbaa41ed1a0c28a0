#include "routing/turns.h"

#include <algorithm>
#include <numeric>

namespace sluice {

std::vector<std::uint32_t> smooth_turns(std::span<const std::uint32_t> weights) {
  std::int64_t divisor = 0, sum = 0;
  for (const auto weight : weights) divisor = std::gcd(divisor, std::int64_t{weight});
  if (divisor == 0) return {};
  std::vector<std::int64_t> current(weights.size());
  for (const auto weight : weights) sum += weight / divisor;

  std::vector<std::uint32_t> turns;
  for (std::int64_t i = 0; i < sum; ++i) {
    for (std::size_t t = 0; t < weights.size(); ++t) current[t] += weights[t] / divisor;
    const auto next = std::ranges::max_element(current);
    *next -= sum;
    turns.push_back(static_cast<std::uint32_t>(next - current.begin()));
  }
  return turns;
}

}  // namespace sluice
