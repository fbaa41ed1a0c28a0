#include "routing/turns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace sluice {
namespace {

using testing::ElementsAre;
using Turns = std::vector<std::uint32_t>;

Turns turns(std::initializer_list<std::uint32_t> weights) {
  return smooth_turns(std::vector(weights));
}

TEST(SmoothTurns, EqualWeights_TakeTurns) {
  EXPECT_THAT(turns({7, 7, 7}), ElementsAre(0, 1, 2));
}

TEST(SmoothTurns, HeavyTarget_IsSpreadOut) {
  EXPECT_THAT(turns({5, 1, 1}), ElementsAre(0, 1, 0, 0, 2, 0, 0));
}

TEST(SmoothTurns, CommonFactor_IsTakenOut) {
  EXPECT_EQ(turns({200, 100}).size(), 3u);
}

TEST(SmoothTurns, EachIndex_ComesAsOftenAsItsWeight) {
  const Turns weights{256, 1, 255, 17};
  const auto order = smooth_turns(weights);
  for (std::uint32_t i = 0; i < weights.size(); ++i) EXPECT_EQ(std::ranges::count(order, i), weights[i]);
}

TEST(SmoothTurns, AnyPlaceOfTheOrder_HasEachIndexAtItsShareGiveOrTakeOne) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    Turns weights(1 + random() % 12);
    for (auto& weight : weights) weight = 1 + static_cast<std::uint32_t>(random() % 256);
    const auto order = smooth_turns(weights);
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    std::vector<double> had(weights.size());
    for (std::size_t at = 0; at < order.size(); ++at) {
      ++had[order[at]];
      for (std::size_t i = 0; i < weights.size(); ++i)
        ASSERT_LE(std::abs(had[i] - weights[i] / sum * static_cast<double>(at + 1)), 1.0 + 1e-9);
    }
  }
}

TEST(SmoothTurns, LargeGroups_AreRoundedToFit) {
  Turns weights(1000, 1000);
  weights[7] = 1;
  weights[8] = 2000;
  const auto order = smooth_turns(weights);
  EXPECT_LE(order.size(), most_turns);
  EXPECT_EQ(std::ranges::count(order, 7u), 1);
  EXPECT_EQ(std::ranges::count(order, 8u), 2 * std::ranges::count(order, 9u));
  Turns uneven(1000, 1);
  uneven[3] = 256'000;
  EXPECT_EQ(smooth_turns(Turns(5000, 3)).size(), 5000u);
  EXPECT_EQ(smooth_turns(uneven).size(), most_turns);
}

TEST(SmoothTurns, NoTargets_HaveNoTurns) {
  EXPECT_TRUE(turns({}).empty());
  EXPECT_TRUE(turns({0, 0}).empty());
}

}  // namespace
}  // namespace sluice
