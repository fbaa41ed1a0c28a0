#include "routing/alias_table.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

namespace sluice {
namespace {

// How often each index comes of evenly spread numbers, as many as a million.
std::vector<double> shares(const std::vector<std::uint32_t>& weights) {
  constexpr std::uint64_t draws = 1'000'000;
  const AliasTable table(weights);
  std::vector<double> drawn(weights.size());
  for (std::uint64_t i = 0; i < draws; ++i) drawn[table.draw(~0ull / draws * i)] += 1.0 / draws;
  return drawn;
}

TEST(AliasTable, AnyWeights_AreDrawnInTheirRatios) {
  std::mt19937 random(3);
  for (int round = 0; round < 20; ++round) {
    std::vector<std::uint32_t> weights(1 + random() % 40);
    for (auto& weight : weights) weight = random() % 3 == 0 ? 0 : static_cast<std::uint32_t>(random() % 256'001);
    weights[0] = 1;
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    const auto drawn = shares(weights);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      EXPECT_NEAR(drawn[i], weights[i] / sum, 1e-4);
      EXPECT_TRUE(weights[i] > 0 || drawn[i] == 0.0);
    }
  }
}

TEST(AliasTable, NoWeight_HasNothingToDraw) {
  EXPECT_TRUE(AliasTable().empty());
  EXPECT_TRUE(AliasTable(std::vector<std::uint32_t>{0, 0}).empty());
  EXPECT_FALSE(AliasTable(std::vector<std::uint32_t>{0, 1}).empty());
}

}  // namespace
}  // namespace sluice
