// What makes a revision, what is refused, and what a service's own revision says.
#include "control/revisions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/control/admin_fixture.h"

namespace sluice {
namespace {

using Reason = ChangeRefused::Reason;
using testing::HasSubstr;

constexpr Weight weight(std::uint64_t number) {
  return {number * Weight::unit};
}

class RevisionsTest : public testing::Test {
 protected:
  RevisionsTest() { EXPECT_EQ(applied(revisions_, config_of(quickstart)), 1u); }

  auto set(std::uint64_t blue, std::uint64_t green, std::optional<std::uint64_t> if_match = {}) {
    return weighed(revisions_, "shop", {{"blue", weight(blue)}, {"green", weight(green)}}, if_match);
  }
  Reason refusal(const std::string& service, const NamedWeights& weights) {
    const auto before = revisions_.current();
    const auto result = weighed(revisions_, service, weights, {});
    EXPECT_FALSE(result);
    EXPECT_FALSE(result.error().what.empty());
    EXPECT_EQ(revisions_.current(), before);
    return result.error().reason;
  }

  std::vector<std::shared_ptr<const Snapshot>> published_;
  std::string publish_error_;
  Revisions revisions_{[this](std::shared_ptr<const Snapshot> snapshot) -> Result<void, std::string> {
    if (!publish_error_.empty()) return failure(publish_error_);
    published_.push_back(std::move(snapshot));
    return {};
  }};
};

TEST_F(RevisionsTest, FirstConfiguration_IsRevisionOneAndPublished) {
  ASSERT_EQ(published_.size(), 1u);
  EXPECT_EQ(published_[0], revisions_.current());
  EXPECT_EQ(revisions_.current()->revision, 1u);
  EXPECT_EQ(revisions_.service_revision("shop"), 1u);
  EXPECT_EQ(revisions_.service_revision("other"), 0u);
}

TEST_F(RevisionsTest, SameFileAgain_IsARevisionThatLeavesTheServiceAsItIs) {
  EXPECT_EQ(applied(revisions_, config_of(quickstart)), 2u);
  EXPECT_EQ(revisions_.service_revision("shop"), 1u);
}

TEST_F(RevisionsTest, OtherTargets_LeaveTheServicesOwnRevision) {
  EXPECT_EQ(applied(revisions_, config_of(with(quickstart, "127.0.0.1:9001", "127.0.0.1:9003"))), 2u);
  EXPECT_EQ(revisions_.service_revision("shop"), 1u);
}

TEST_F(RevisionsTest, OtherIdentity_IsTheServicesRevision) {
  EXPECT_EQ(applied(revisions_, config_of(with(quickstart, "cookie:user_id", "cookie:uid"))), 2u);
  EXPECT_EQ(revisions_.service_revision("shop"), 2u);
}

TEST_F(RevisionsTest, WeightsThatWereSet_SurviveAnUnchangedFile) {
  ASSERT_EQ(set(1, 3), 2u);
  ASSERT_EQ(applied(revisions_, config_of(quickstart)), 3u);
  EXPECT_EQ(revisions_.current()->services[0]->variants[1].weight, weight(3));
  EXPECT_EQ(revisions_.service_revision("shop"), 2u);
}

TEST_F(RevisionsTest, BadConfiguration_ChangesNothing) {
  const auto refused = applied(revisions_, config_of(with(quickstart, "forward: shop", "forward: shp")));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().problems.at(0).what, HasSubstr("shp"));
  EXPECT_EQ(revisions_.current()->revision, 1u);
  EXPECT_EQ(published_.size(), 1u);
}

TEST_F(RevisionsTest, DataPlaneThatRefuses_ChangesNothing) {
  publish_error_ = "address in use";
  const auto refused = applied(revisions_, config_of(quickstart));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, Reason::not_published);
  EXPECT_EQ(refused.error().what, "address in use");
  EXPECT_EQ(refusal("shop", {{"blue", weight(1)}, {"green", weight(1)}}), Reason::not_published);
  EXPECT_EQ(revisions_.current()->revision, 1u);
  publish_error_.clear();
  EXPECT_TRUE(set(1, 1));
}

TEST_F(RevisionsTest, NewWeights_ArePublishedWithTheFewestMoves) {
  ASSERT_EQ(set(80, 20), 2u);
  ASSERT_EQ(published_.size(), 2u);
  const auto& service = *published_[1]->services[0];
  EXPECT_EQ(service.variants[0].weight, weight(80));
  const std::vector weights{weight(80), weight(20)};
  const auto fewest_moves = published_[0]->services[0]->split.rebalanced(weights).split;
  EXPECT_TRUE(std::ranges::equal(service.split.ranges(), fewest_moves.ranges()));
  EXPECT_EQ(revisions_.service_revision("shop"), 2u);
}

TEST_F(RevisionsTest, WeightsThatAreAlreadySo_MakeNoRevision) {
  EXPECT_EQ(set(90, 10), 1u);
  EXPECT_EQ(published_.size(), 1u);
}

TEST_F(RevisionsTest, WrongWeights_AreRefusedEachInItsWay) {
  EXPECT_EQ(refusal("other", {{"blue", weight(1)}}), Reason::no_such_service);
  EXPECT_EQ(refusal("shop", {{"blue", weight(1)}, {"purple", weight(1)}}), Reason::no_such_variant);
  EXPECT_EQ(refusal("shop", {{"blue", weight(1)}}), Reason::variant_missing);
  EXPECT_EQ(refusal("shop", {{"blue", weight(1)}, {"blue", weight(2)}}), Reason::named_twice);
  EXPECT_EQ(refusal("shop", {{"blue", weight(0)}, {"green", weight(0)}}), Reason::all_zero);
  EXPECT_EQ(refusal("shop", {}), Reason::variant_missing);
}

TEST_F(RevisionsTest, Condition_HoldsUntilTheServiceChanges) {
  ASSERT_EQ(applied(revisions_, config_of(quickstart)), 2u);  // the whole is at 2, the service still at 1
  ASSERT_EQ(set(1, 1, 2), 3u);
  EXPECT_EQ(set(2, 1, 2).error().reason, Reason::stale);
  EXPECT_EQ(set(2, 1, 9).error().reason, Reason::stale);  // from another process's history
  EXPECT_EQ(set(2, 1, 3), 4u);
}

TEST_F(RevisionsTest, TargetThatIsGone_DrainsOnlyOnceTheDataPlaneHasTheRevision) {
  const auto group = revisions_.current()->services[0]->variants[0].group;
  const auto other = config_of(with(quickstart, "127.0.0.1:9001", "127.0.0.1:9003"));
  publish_error_ = "address in use";
  EXPECT_FALSE(applied(revisions_, other));
  EXPECT_FALSE(group->targets[0].state->is_draining());
  publish_error_.clear();
  EXPECT_TRUE(applied(revisions_, other));
  EXPECT_TRUE(group->targets[0].state->is_draining());
}

TEST_F(RevisionsTest, DrainedTarget_IsNoRevision) {
  revisions_.drain({"shop-blue", "127.0.0.1:9001"}, std::chrono::steady_clock::now());
  EXPECT_TRUE(revisions_.current()->services[0]->variants[0].group->targets[0].state->is_draining());
  EXPECT_EQ(revisions_.current()->revision, 1u);
  EXPECT_EQ(published_.size(), 1u);
}

TEST_F(RevisionsTest, PublishTimes_AreCountedForRevisionsOnly) {
  ASSERT_EQ(set(1, 1), 2u);
  ASSERT_FALSE(set(0, 0));
  EXPECT_EQ(revisions_.publish_seconds().Collect().histogram.sample_count, 2u);
}

}  // namespace
}  // namespace sluice
