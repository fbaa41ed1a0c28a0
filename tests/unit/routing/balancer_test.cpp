#include "routing/balancer.h"

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

TargetGroup group_of(std::size_t targets) {
  TargetGroup group;
  group.targets.resize(targets);
  group.turns = smooth_turns(Turns(targets, 1));
  return group;
}

TEST(PickRoundRobin, CursorGoesRound) {
  const auto group = group_of(2);
  std::uint32_t cursor = 0;
  EXPECT_EQ(pick_round_robin(group, cursor), &group.targets[0]);
  EXPECT_EQ(pick_round_robin(group, cursor), &group.targets[1]);
  EXPECT_EQ(pick_round_robin(group, cursor), &group.targets[0]);
}

TEST(PickRoundRobin, GroupHasShrunk_CursorStartsAgain) {
  const auto group = group_of(2);
  std::uint32_t cursor = 17;
  EXPECT_EQ(pick_round_robin(group, cursor), &group.targets[0]);
  EXPECT_EQ(cursor, 1u);
}

TEST(PickRoundRobin, EmptyGroup_HasNone) {
  std::uint32_t cursor = 0;
  EXPECT_EQ(pick_round_robin(group_of(0), cursor), nullptr);
}

}  // namespace
}  // namespace sluice
