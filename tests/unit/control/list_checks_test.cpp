// Who is checked in a revision, and what new targets begin with.
#include "control/list_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/snapshot_builder.h"
#include "tests/unit/control/configs.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::Pair;

struct ListChecksTest : testing::Test {
  SnapshotBuilder builder{own_secrets({}).value()};
  std::shared_ptr<const Snapshot> snapshot;
  config::Config config;

  void apply(const std::string& text) {
    config = read_config_text(text, "sluice.yaml").config;
    snapshot = builder.build(config, 1, snapshot.get()).value();
  }
  CheckVerdict verdict(std::size_t variant, std::size_t target = 0) const {
    return snapshot->services[0]->variants[variant].group->targets[target].state->verdict;
  }
};

const std::string checked =
    with(quickstart, "targets: [127.0.0.1:9001]", "targets: [127.0.0.1:9001], health_check: { path: /ok }");

TEST_F(ListChecksTest, GroupsThatServicesUse_AreListedWithTheirChecks) {
  apply(checked + "  spare: { targets: [127.0.0.1:9003], health_check: {} }\n");
  const auto list = list_checks(config, *snapshot);
  ASSERT_EQ(list.groups.size(), 2u);
  EXPECT_EQ(list.groups[0].group, snapshot->services[0]->variants[0].group);
  EXPECT_EQ(list.groups[0].check->path, "/ok");
  EXPECT_EQ(list.groups[1].check, nullptr);
  EXPECT_THAT(list.unused, ElementsAre(Pair("spare", "127.0.0.1:9003")));
}

TEST_F(ListChecksTest, NewTargetWithACheck_IsInitial) {
  apply(checked);
  EXPECT_EQ(verdict(0), CheckVerdict::initial);
  EXPECT_EQ(verdict(1), CheckVerdict::healthy);
}

TEST_F(ListChecksTest, TargetsThatStay_KeepTheirVerdicts) {
  apply(checked);
  const auto before = snapshot;  // as the workers, which hold it
  before->services[0]->variants[0].group->targets[0].state->verdict = CheckVerdict::healthy;
  apply(with(checked, "127.0.0.1:9001]", "127.0.0.1:9001, 127.0.0.1:9004]"));
  EXPECT_EQ(verdict(0, 0), CheckVerdict::healthy);
  EXPECT_EQ(verdict(0, 1), CheckVerdict::initial);
}

TEST_F(ListChecksTest, CheckThatIsAdded_TakesNobodyAway) {
  apply(quickstart);
  const auto before = snapshot;
  apply(checked);
  EXPECT_EQ(verdict(0), CheckVerdict::healthy);
}

}  // namespace
}  // namespace sluice
