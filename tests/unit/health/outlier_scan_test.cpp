#include "health/outlier_scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

struct OutlierScanTest : testing::Test {
  SlotTable slots;
  Snapshot snapshot;
  AttemptTotals totals;
  OutlierScan scan;
  const SteadyTime start{1h};
  std::shared_ptr<TargetGroup> group = std::make_shared<TargetGroup>();

  OutlierScanTest() {
    for (int i = 0; i < 5; ++i) {
      auto& target = group->targets.emplace_back();
      target.slot = slots.intern("g/" + std::to_string(i));
    }
    const std::array weights{Weight{Weight::unit}};
    auto service = std::make_shared<Service>(Service{
        .name = "s", .slot = {}, .variants = {}, .stable = 0, .split = Split::from_weights(weights), .identity = {}, .salt_seed = 0});
    Variant only;
    only.group = group;
    service->variants.push_back(only);
    snapshot.services.push_back(service);
  }
  void add(int target, std::uint64_t good, std::uint64_t bad) {
    auto& counts = totals.targets["g/" + std::to_string(target)];
    counts[static_cast<std::size_t>(AttemptOutcome::success)] += good;
    counts[static_cast<std::size_t>(AttemptOutcome::status_5xx)] += bad;
  }
};

TEST_F(OutlierScanTest, OneFailsMoreThanTheOthers_IsEjected) {
  for (int i = 0; i < 5; ++i) add(i, 150, i == 3 ? 50 : 0);
  EXPECT_THAT(scan.look(snapshot, totals, start), ElementsAre("g/3"));
  EXPECT_TRUE(group->targets[3].state->is_ejected(start));
}

TEST_F(OutlierScanTest, OnlyWhatCameSinceTheLastLook_Counts) {
  for (int i = 0; i < 5; ++i) add(i, 150, i == 3 ? 50 : 0);
  std::ignore = scan.look(snapshot, totals, start);
  for (int i = 0; i < 5; ++i) add(i, 200, 0);
  EXPECT_THAT(scan.look(snapshot, totals, start + 10min), IsEmpty());
}

TEST_F(OutlierScanTest, NothingHappened_NobodyIsEjected) {
  EXPECT_THAT(scan.look(snapshot, totals, start), IsEmpty());
}

}  // namespace
}  // namespace sluice
