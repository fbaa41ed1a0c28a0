#include "routing/turns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

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
  EXPECT_THAT(turns({5, 1, 1}), ElementsAre(0, 0, 1, 0, 2, 0, 0));
}

TEST(SmoothTurns, CommonFactor_IsTakenOut) {
  EXPECT_EQ(turns({200, 100}).size(), 3u);
}

TEST(SmoothTurns, EachIndex_ComesAsOftenAsItsWeight) {
  const Turns weights{256, 1, 255, 17};
  const auto order = smooth_turns(weights);
  for (std::uint32_t i = 0; i < weights.size(); ++i) EXPECT_EQ(std::ranges::count(order, i), weights[i]);
}

TEST(SmoothTurns, NoTargets_HaveNoTurns) {
  EXPECT_TRUE(turns({}).empty());
  EXPECT_TRUE(turns({0, 0}).empty());
}

}  // namespace
}  // namespace sluice
