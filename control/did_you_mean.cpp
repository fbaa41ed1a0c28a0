#include "control/did_you_mean.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace sluice::config {
namespace {

// Levenshtein: how many letters must be added, removed or replaced.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  const auto far = [&](const std::string& candidate) { return distance(word, candidate); };
  const auto nearest = std::ranges::min_element(candidates, {}, far);
  // A third of the letters wrong is another word, not a slip.
  if (nearest == candidates.end() || far(*nearest) > std::max<std::size_t>(1, nearest->size() / 3)) return {};
  return "; did you mean `" + *nearest + "`?";
}

}  // namespace sluice::config
