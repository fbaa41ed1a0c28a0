// `overload` and `adaptive_concurrency`: what is read, and what is said of wrong ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/snapshot_builder.h"
#include "tests/unit/control/configs.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

config::Config read(const std::string& text) {
  auto parsed = read_config_text(text, "");
  EXPECT_THAT(lines(parsed.problems), IsEmpty());
  return std::move(parsed.config);
}

TEST(OverloadConfig, Absent_LeavesMemoryToTheCgroupAndLagOff) {
  const auto overload = read(quickstart).overload;
  EXPECT_FALSE(overload.memory);
  EXPECT_EQ(overload.loop_lag, 0ms);
}

TEST(OverloadConfig, BothLimits_AreRead) {
  const auto overload = read(quickstart + "overload: { memory: 1GiB, loop_lag: 500ms }\n").overload;
  EXPECT_EQ(overload.memory, 1ull << 30);
  EXPECT_EQ(overload.loop_lag, 500ms);
}

TEST(OverloadConfig, MemoryOfZero_IsSaidAndNotAbsent) {
  EXPECT_EQ(read(quickstart + "overload: { memory: 0 }\n").overload.memory, 0u);
}

TEST(OverloadConfig, WrongOnes_AreTold) {
  EXPECT_THAT(reading_problems(quickstart + "overload: { loop_lag: 2m, cpu: 90% }\n"), testing::SizeIs(2));
}

std::string group(const std::string& adaptive) {
  return with(quickstart, "[127.0.0.1:9002]", "[127.0.0.1:9002], adaptive_concurrency: " + adaptive);
}

TEST(AdaptiveConfig, Empty_HasTheDefaults) {
  const auto& groups = read(group("{}")).target_groups;
  EXPECT_FALSE(groups.at(0).adaptive_concurrency);
  EXPECT_EQ(groups.at(1).adaptive_concurrency, (AdaptiveBounds{.min = 4, .max = 1024}));
}

TEST(AdaptiveConfig, MinAboveMax_IsTold) {
  EXPECT_THAT(check_problems(group("{ min: 9, max: 8 }")),
              ElementsAre(HasSubstr("adaptive_concurrency.min: 9 is above max, 8")));
  EXPECT_THAT(check_problems(group("{ min: 8, max: 8 }")), IsEmpty());
}

TEST(AdaptiveConfig, Reload_KeepsWhatWasFoundOut) {
  SnapshotBuilder builder{Secrets{"a secret of the tests alone"}};
  const auto first = builder.build(read(group("{}")), 1, nullptr).value();
  const auto second = builder.build(read(group("{ max: 64 }")), 2, first.get()).value();
  const auto& before = *first->services[0]->variants[1].group;
  const auto& after = *second->services[0]->variants[1].group;
  ASSERT_TRUE(before.adaptive);
  EXPECT_EQ(before.adaptive, after.adaptive);
  EXPECT_EQ(after.adaptive_bounds.max, 64u);
  EXPECT_FALSE(first->services[0]->variants[0].group->adaptive);
}

}  // namespace
}  // namespace sluice
