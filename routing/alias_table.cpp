#include "routing/alias_table.h"

#include <numeric>

namespace sluice {
namespace {

__extension__ typedef unsigned __int128 Wide;

}  // namespace

AliasTable::AliasTable(std::span<const std::uint32_t> weights) {
  const auto sum = std::accumulate(weights.begin(), weights.end(), std::uint64_t{0});
  if (sum == 0) return;
  // A row holds `sum`, so that each index has its weight times the number of rows to give out, exactly.
  std::vector<std::uint64_t> left(weights.begin(), weights.end());
  std::vector<std::uint32_t> lacking, ample;
  rows_.resize(weights.size());
  for (std::uint32_t i = 0; i < left.size(); ++i) {
    left[i] *= weights.size();
    (left[i] < sum ? lacking : ample).push_back(i);
  }
  while (!lacking.empty()) {
    const auto small = lacking.back(), large = ample.back();  // what one lacks another has
    lacking.pop_back();
    rows_[small] = {static_cast<std::uint64_t>((Wide{left[small]} << 64) / sum), small, large};
    left[large] -= sum - left[small];
    if (left[large] >= sum) continue;
    ample.pop_back();
    lacking.push_back(large);
  }
  for (const auto full : ample) rows_[full] = {0, full, full};
}

}  // namespace sluice
