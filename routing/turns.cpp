#include "routing/turns.h"

#include <algorithm>
#include <numeric>
#include <queue>

namespace sluice {
namespace {

// Weights whose sum is too large, rounded to fit. Who has less than a turn gets one, at the others' expense.
void round_to_fit(std::vector<std::uint64_t>& weights, std::uint64_t sum) {
  std::uint64_t turns = most_turns;
  std::vector<bool> has_one(weights.size(), weights.size() >= most_turns);
  for (bool again = true; again;) {
    again = false;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      if (has_one[i] || weights[i] == 0 || weights[i] * turns >= sum) continue;
      has_one[i] = again = true;
      sum -= weights[i];
      --turns;
    }
  }
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (weights[i] > 0) weights[i] = has_one[i] ? 1 : weights[i] * turns / sum;
}

// Whole numbers that have the ratios of the weights, with a sum that can be laid out.
std::vector<std::uint64_t> turns_of_each(std::span<const std::uint32_t> weights) {
  std::uint64_t divisor = 0, sum = 0;
  for (const auto weight : weights) divisor = std::gcd(divisor, std::uint64_t{weight});
  std::vector<std::uint64_t> turns(weights.begin(), weights.end());
  if (divisor == 0) return turns;
  for (auto& turn : turns) sum += turn /= divisor;
  if (sum > most_turns) round_to_fit(turns, sum);
  return turns;
}

struct Turn {
  std::uint64_t time;  // when it is due, or when it may be taken
  std::uint32_t index;
  auto operator<=>(const Turn&) const = default;
};
using EarliestFirst = std::priority_queue<Turn, std::vector<Turn>, std::greater<>>;

}  // namespace

std::vector<std::uint32_t> smooth_turns(std::span<const std::uint32_t> weights) {
  const auto share = turns_of_each(weights);
  const auto sum = std::accumulate(share.begin(), share.end(), std::uint64_t{0});
  std::vector<std::uint64_t> taken(share.size());
  constexpr std::uint64_t fine = 1 << 16;  // due times fall between turns
  EarliestFirst waiting, due;
  for (std::uint32_t i = 0; i < share.size(); ++i)
    if (share[i] > 0) waiting.push({0, i});

  std::vector<std::uint32_t> turns;
  turns.reserve(sum);
  for (std::uint64_t now = 0; now < sum; ++now) {
    for (; !waiting.empty() && waiting.top().time <= now; waiting.pop()) {
      const auto i = waiting.top().index;
      due.push({(taken[i] + 1) * sum * fine / share[i], i});
    }
    const auto i = due.top().index;  // never empty: somebody has had no more than the share of `now` turns
    due.pop();
    turns.push_back(i);
    if (++taken[i] < share[i]) waiting.push({(taken[i] * sum + share[i] - 1) / share[i], i});
  }
  return turns;
}

}  // namespace sluice
