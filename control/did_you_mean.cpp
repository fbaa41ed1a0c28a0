#include "control/did_you_mean.h"

#include <algorithm>
#include <vector>

namespace sluice::config {
namespace {

// How many letters must be added, removed, replaced or swapped with their neighbour (Levenshtein, with
// transpositions).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      const auto replaced = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  const auto far = [&](const std::string& candidate) { return distance(word, candidate); };
  if (word.size() > 64) return {};  // no slip of a key or name
  const auto nearest = std::ranges::min_element(candidates, {}, far);
  // A third of the letters wrong is another word, not a slip.
  if (nearest == candidates.end() || far(*nearest) > std::max<std::size_t>(1, nearest->size() / 3)) return {};
  return "; did you mean `" + *nearest + "`?";
}

}  // namespace sluice::config
