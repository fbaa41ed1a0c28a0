// Targets of our own zone go first, as long as they can bear it.
#include <gtest/gtest.h>

#include <set>

#include "routing/group_view.h"
#include "tests/unit/routing/target_groups.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;

class Zones : public testing::TestWithParam<Algorithm> {
 protected:
  const SteadyTime start{1h};
  std::shared_ptr<TargetGroup> group = group_of(GetParam(), {1, 1, 1, 1, 1});  // t0 to t2 are in zone a

  Zones() {
    group->zone = "a";
    for (std::size_t i = 0; i < group->targets.size(); ++i) group->targets[i].zone = i < 3 ? "a" : "b";
  }
  void lose(std::size_t target) {
    group->targets[target].state->verdict = CheckVerdict::unhealthy;
    group->state->changed();
  }
  std::string picked(Pick pick = {}) {
    std::set<std::string> addresses;
    view.refresh(group, start);
    for (std::uint64_t i = 0; i < 500; ++i) {
      pick.random = pick.key = (i + 1) * 0x9E3779B97F4A7C15u;
      addresses.insert(view.pick(pick)->address);
    }
    std::string names;
    for (const auto& address : addresses) names += address;
    return names;
  }
  GroupView view;
};

INSTANTIATE_TEST_SUITE_P(GroupView, Zones, testing::ValuesIn(every_algorithm),
                         [](const auto& each) { return name_of(each.param); });

TEST_P(Zones, OurOwn_GetsAllWhileHalfOfItIsFit) {
  EXPECT_EQ(picked(), "t0t1t2");
  lose(1);
  EXPECT_EQ(picked(), "t0t2");
}

TEST_P(Zones, LessThanHalfOfOursIsFit_AllZonesShare) {
  lose(0);
  lose(1);
  EXPECT_EQ(picked(), "t2t3t4");
  lose(2);
  EXPECT_EQ(picked(), "t3t4");
}

TEST_P(Zones, DrainingTargets_AreNoPartOfAZone) {
  group->targets[0].state->drain_by = group->targets[1].state->drain_by = start + 1h;
  EXPECT_EQ(picked(), "t2");
}

TEST_P(Zones, AllOfOursWereTried_AnotherZonesIsNext) {
  const std::vector<const Target*> tried{&group->targets[0], &group->targets[1], &group->targets[2]};
  EXPECT_EQ(picked({.tried = tried}), "t3t4");
}

TEST_P(Zones, NoZoneOfOurOwn_AllAreAlike) {
  group->zone.clear();
  EXPECT_EQ(picked(), "t0t1t2t3t4");
  group->targets[4].zone.clear();
  view = {};
  EXPECT_EQ(picked(), "t0t1t2t3t4");
}

TEST_P(Zones, NobodyIsInOurZone_AllAreAlike) {
  group->zone = "c";
  EXPECT_EQ(picked(), "t0t1t2t3t4");
}

}  // namespace
}  // namespace sluice
