// What each algorithm makes of weights, of targets that were tried and of those that are busy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <queue>
#include <random>

#include "routing/group_view.h"
#include "tests/unit/routing/target_groups.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;

struct World {
  const SteadyTime start{1h};
  std::shared_ptr<TargetGroup> group;
  GroupView view;
  std::mt19937_64 random{11};

  World(Algorithm algorithm, const std::vector<std::uint32_t>& weights) : group(group_of(algorithm, weights)) {}

  TargetState& state(std::size_t i) { return *group->targets[i].state; }
  const Target* pick(Pick pick = {}) {
    pick.random = random();
    if (pick.key == 0) pick.key = random();
    view.refresh(group, start);
    return view.pick(pick);
  }
  // Of so many picks, by index.
  std::vector<double> shares(std::size_t picks) {
    std::vector<double> picked(group->targets.size());
    for (std::size_t i = 0; i < picks; ++i)
      picked[static_cast<std::size_t>(pick() - group->targets.data())] += 1.0 / static_cast<double>(picks);
    return picked;
  }
};

class EveryAlgorithm : public testing::TestWithParam<Algorithm> {};

INSTANTIATE_TEST_SUITE_P(Pick, EveryAlgorithm, testing::ValuesIn(every_algorithm),
                         [](const auto& each) { return name_of(each.param); });

TEST_P(EveryAlgorithm, IdleTargets_GetSharesByWeight) {
  World world(GetParam(), {1, 2, 4, 8, 1});
  const auto shares = world.shares(100'000);
  const bool by_hash = GetParam() == Algorithm::consistent_hash;  // a light target has few places
  for (std::size_t i = 0; i < shares.size(); ++i)
    EXPECT_NEAR(shares[i], world.group->targets[i].weight / 16.0, by_hash ? 0.03 : 0.005);
}

TEST_P(EveryAlgorithm, TriedTargets_AreLeftOutWhileThereIsAnother) {
  World world(GetParam(), {1, 256, 1, 256});
  const auto& targets = world.group->targets;
  const std::vector<const Target*> tried{&targets[1], &targets[3], &targets[0]};
  for (int i = 0; i < 100; ++i) EXPECT_EQ(world.pick({.tried = tried}), &targets[2]);
}

TEST_P(EveryAlgorithm, AllTried_OneOfThemIsTakenAgain) {
  World world(GetParam(), {1, 1});
  const auto& targets = world.group->targets;
  const std::vector<const Target*> tried{&targets[1], &targets[0]};
  for (int i = 0; i < 100; ++i) EXPECT_NE(world.pick({.tried = tried}), nullptr);
}

TEST_P(EveryAlgorithm, UnfitTargets_GetNothingUnlessInPanic) {
  World world(GetParam(), {1, 1, 1});
  world.state(0).verdict = world.state(2).verdict = CheckVerdict::unhealthy;
  for (int i = 0; i < 100; ++i) EXPECT_EQ(world.pick(), &world.group->targets[1]);
  world.state(1).verdict = CheckVerdict::unhealthy;
  world.group->state->changed();
  EXPECT_EQ(world.pick(), nullptr);
  std::map<const Target*, int> picked;
  for (int i = 0; i < 300; ++i) ++picked[world.pick({.panic = Panic::allowed})];
  EXPECT_EQ(picked.size(), 3u);
}

TEST_P(EveryAlgorithm, EmptyGroup_HasNoTarget) {
  World world(GetParam(), {});
  EXPECT_EQ(world.pick(), nullptr);
  EXPECT_EQ(world.pick({.panic = Panic::allowed}), nullptr);
}

TEST_P(EveryAlgorithm, OnlyTarget_IsTaken) {
  World world(GetParam(), {3});
  EXPECT_EQ(world.pick(), &world.group->targets[0]);
}

TEST_P(EveryAlgorithm, TargetThatStartsSlowly_GetsATenthOfItsShareThenMore) {
  World world(GetParam(), {1, 1, 1, 1});
  world.group->slow_start = 10s;
  world.state(3).fit_since = world.start;
  EXPECT_NEAR(world.shares(20'000)[3], 0.1 / 3.1, 0.01);
  world.state(3).fit_since = world.start - 5s;
  world.group->state->changed();
  EXPECT_NEAR(world.shares(20'000)[3], 0.55 / 3.55, 0.02);
}

TEST(LeastOutstanding, BusyTarget_GetsOnlyWhatNobodyElseCanTake) {
  World world(Algorithm::least_outstanding, {1, 1, 1, 1});
  world.state(2).in_flight = 10;
  EXPECT_EQ(world.shares(10'000)[2], 0.0);  // of any two the other one is idle
}

TEST(LeastOutstanding, Weights_AreCapacities) {
  World world(Algorithm::least_outstanding, {1, 10});
  world.state(0).in_flight = 1;
  world.state(1).in_flight = 5;
  EXPECT_NEAR(world.shares(1'000)[1], 1, 1e-9);  // 6 of 10 is less than 2 of 1
}

// A closed loop of clients on targets that take different times, as in a queueing network: 64 exchanges at any
// time, one ends at each step.
TEST(LeastOutstanding, TargetTenTimesSlower_GetsFewOfAClosedLoop) {
  World world(Algorithm::least_outstanding, {1, 1, 1, 1});
  using Event = std::pair<double, std::size_t>;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> ends;
  std::vector<unsigned> served(4);
  double now = 0;
  for (int exchange = 0; exchange < 50'000; ++exchange) {
    if (exchange >= 64) {
      now = ends.top().first;
      --world.state(ends.top().second).in_flight;
      ends.pop();
    }
    const auto target = static_cast<std::size_t>(world.pick() - world.group->targets.data());
    ++world.state(target).in_flight;
    ++served[target];
    ends.emplace(now + (target == 3 ? 100.0 : 10.0), target);
  }
  EXPECT_LE(served[3], 50'000 * 5 / 100);
  EXPECT_GE(served[3], 50'000 * 1 / 100);
}

struct ConsistentHashTest : testing::Test {
  World world{Algorithm::consistent_hash, std::vector<std::uint32_t>(10, 1)};
  std::map<std::uint64_t, const Target*> owners(const Pick& pick = {}) {
    std::map<std::uint64_t, const Target*> owner;
    for (std::uint64_t k = 1; k <= 10'000; ++k) {
      auto keyed = pick;
      keyed.key = k * 0x9E3779B97F4A7C15u;
      owner[k] = world.pick(keyed);
    }
    return owner;
  }
};

TEST_F(ConsistentHashTest, Key_HasItsTargetEachTime) {
  EXPECT_EQ(owners(), owners());
}

TEST_F(ConsistentHashTest, UnfitTarget_ItsKeysGoOnAndComeBackAndNoOthersMove) {
  const auto before = owners();
  world.state(4).verdict = CheckVerdict::unhealthy;
  world.group->state->changed();
  for (const auto& [key, target] : owners())
    EXPECT_EQ(target == before.at(key), before.at(key) != &world.group->targets[4]);
  world.state(4).verdict = CheckVerdict::healthy;
  world.group->state->changed();
  EXPECT_EQ(owners(), before);
}

TEST_F(ConsistentHashTest, TargetThatStartsSlowly_TakesMoreAndMoreOfItsOwnKeysOnly) {
  const auto whole = owners();
  world.group->slow_start = 10s;
  std::size_t had = 0;
  for (const auto since : {0s, 3s, 6s, 9s, 10s}) {
    world.state(4).fit_since = world.start - since;
    world.group->state->changed();
    const auto now = owners();
    std::size_t has = 0;
    for (const auto& [key, target] : now) {
      if (target == &world.group->targets[4]) ++has;
      EXPECT_TRUE(target == whole.at(key) || whole.at(key) == &world.group->targets[4]);
    }
    EXPECT_GT(has, had);
    had = has;
  }
}

// Everybody with one key, and keys that come and go: nobody has more than 1.25 of the mean, rounded up.
TEST_F(ConsistentHashTest, Load_IsBoundedWhateverTheKeys) {
  std::vector<const Target*> in_flight;
  const auto begin = [&](std::uint64_t key) {
    const auto exchanges = ++world.group->state->requests;
    const auto* target = world.pick({.key = key});
    const auto has = ++target->state->in_flight;
    ASSERT_LE(has, (exchanges * 5 + 39) / 40);
    in_flight.push_back(target);
  };
  for (int i = 0; i < 500; ++i) begin(42);
  for (int i = 0; i < 5'000; ++i) {
    std::swap(in_flight[world.random() % in_flight.size()], in_flight.back());
    if (world.random() % 2 == 0 && in_flight.size() > 100) {
      --in_flight.back()->state->in_flight;
      --world.group->state->requests;
      in_flight.pop_back();
    } else {
      begin(world.random() % 3 + 1);
    }
  }
}

TEST_F(ConsistentHashTest, NobodyCountsExchanges_LoadsHaveNoBound) {
  const auto before = owners();
  for (std::size_t i = 0; i < 5; ++i) world.state(i).in_flight = 100;
  EXPECT_EQ(owners(), before);
}

}  // namespace
}  // namespace sluice
