#include "routing/balancer.h"

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

const Target* pick_round_robin(const TargetGroup& group, std::uint32_t& cursor,
                               std::span<const Target* const> tried) noexcept {
  const Target* target = nullptr;
  for (std::size_t i = 0; i < group.turns.size(); ++i) {
    if (cursor >= group.turns.size()) cursor = 0;
    target = &group.targets[group.turns[cursor++]];
    if (std::ranges::find(tried, target) == tried.end()) break;
  }
  return target;
}

}  // namespace sluice
