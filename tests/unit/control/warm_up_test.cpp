// Variants that come from nothing, in groups that start slowly: which steps the split takes, and when.
#include "control/warm_up.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/control/admin_fixture.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;

constexpr Weight weight(std::uint64_t number) {
  return {number * Weight::unit};
}

const std::string slowly = with(with(quickstart, "weight: 90", "weight: 100"), "weight: 10 }", "weight: 0 }");

class WarmUpTest : public testing::Test {
 protected:
  WarmUpTest() { apply(slow_green()); }

  static std::string slow_green(const std::string& slow_start = "20s") {
    return with(slowly, "targets: [127.0.0.1:9002]", "targets: [127.0.0.1:9002], slow_start: " + slow_start);
  }
  void apply(const std::string& text) { ASSERT_TRUE(applied(revisions_, config_of(text))); }
  void set(std::uint64_t blue, std::uint64_t green) {
    ASSERT_TRUE(weighed(revisions_, "shop", {{"blue", weight(blue)}, {"green", weight(green)}}, {}));
  }
  const Service& shop() { return *revisions_.current()->services[0]; }
  double green() { return static_cast<double>(shop().split.share_of(1)) * 0x1p-64; }
  // Until the end, or so many steps.
  unsigned steps(unsigned most = 1000) {
    unsigned taken = 0;
    for (; taken < most; ++taken) {
      const auto next = revisions_.next_step();
      if (!next) break;
      revisions_.step(*next);
    }
    return taken;
  }

  bool refuses_ = false;
  unsigned published_ = 0;
  Revisions revisions_{[this](auto) -> Result<void, std::string> {
    if (refuses_) return failure("no");
    ++published_;
    return {};
  }};
};

TEST_F(WarmUpTest, VariantFromZero_GetsItsShareInFiftyStepsOfOneRevision) {
  const auto direct = shop().split.rebalanced(std::vector{weight(90), weight(10)}).split;
  set(90, 10);
  EXPECT_EQ(revisions_.current()->revision, 2u);
  EXPECT_EQ(shop().variants[1].weight, weight(10));
  EXPECT_EQ(green(), 0.0);
  EXPECT_TRUE(revisions_.is_warming_up("shop"));
  for (unsigned step = 1; step <= 50; ++step) {
    ASSERT_EQ(steps(1), 1u);
    EXPECT_NEAR(green(), 0.002 * step, 1e-9);
    EXPECT_EQ(revisions_.current()->revision, 2u);
    EXPECT_EQ(revisions_.service_revision("shop"), 2u);
  }
  EXPECT_EQ(revisions_.next_step(), std::nullopt);
  EXPECT_FALSE(revisions_.is_warming_up("shop"));
  EXPECT_EQ(shop().split, direct);
  EXPECT_EQ(published_, 52u);
  EXPECT_EQ(revisions_.publish_seconds().Collect().histogram.sample_count, 2u);
}

TEST_F(WarmUpTest, Time_DecidesHowFarItIs) {
  set(0, 100);
  const auto begin = *revisions_.next_step() - 400ms;
  revisions_.step(begin + 399ms);
  EXPECT_EQ(green(), 0.0);
  revisions_.step(begin + 10s);
  EXPECT_NEAR(green(), 0.5, 1e-9);
  revisions_.step(begin + 1h);
  EXPECT_EQ(green(), 1.0);
}

TEST_F(WarmUpTest, ShortSlowStart_HasStepsOfATenthOfASecond) {
  apply(slow_green("350ms"));
  set(90, 10);
  EXPECT_EQ(steps(), 3u);
  EXPECT_NEAR(green(), 0.1, 1e-9);
}

TEST_F(WarmUpTest, NoSlowStart_ChangesAtOnce) {
  apply(slowly);
  set(90, 10);
  EXPECT_NEAR(green(), 0.1, 1e-9);
  EXPECT_EQ(revisions_.next_step(), std::nullopt);
}

TEST_F(WarmUpTest, VariantThatHasAShare_ChangesAtOnce) {
  set(90, 10);
  steps();
  set(50, 50);
  EXPECT_NEAR(green(), 0.5, 1e-9);
  EXPECT_FALSE(revisions_.is_warming_up("shop"));
}

TEST_F(WarmUpTest, SameWeightsAgain_LetItGoOn) {
  set(90, 10);
  steps(5);
  set(90, 10);
  EXPECT_EQ(revisions_.current()->revision, 2u);
  EXPECT_EQ(steps(), 45u);
}

TEST_F(WarmUpTest, MoreWeightMeanwhile_BeginsWhereItStands) {
  set(90, 10);
  steps(25);
  set(75, 25);
  EXPECT_NEAR(green(), 0.05, 1e-9);
  EXPECT_EQ(revisions_.service_revision("shop"), 3u);
  steps(25);
  EXPECT_NEAR(green(), 0.15, 1e-9);
  steps();
  EXPECT_NEAR(green(), 0.25, 1e-9);
  EXPECT_EQ(shop().split.ranges().size(), 2u);
}

TEST_F(WarmUpTest, TakenBackMeanwhile_IsAtOnce) {
  set(90, 10);
  steps(25);
  set(100, 0);
  EXPECT_EQ(green(), 0.0);
  EXPECT_EQ(revisions_.next_step(), std::nullopt);
}

TEST_F(WarmUpTest, StableVariant_IsNeverKeptWaiting) {
  apply(with(slow_green(), "targets: [127.0.0.1:9001]", "targets: [127.0.0.1:9001], slow_start: 20s"));
  set(0, 100);
  steps();
  set(100, 0);
  EXPECT_EQ(green(), 0.0);
}

TEST_F(WarmUpTest, SameFileReadMeanwhile_ChangesNothing) {
  set(90, 10);
  steps(25);
  apply(slow_green());
  EXPECT_NEAR(green(), 0.05, 1e-9);
  EXPECT_EQ(revisions_.service_revision("shop"), 2u);
  EXPECT_EQ(steps(), 25u);
  EXPECT_NEAR(green(), 0.1, 1e-9);
  EXPECT_EQ(revisions_.current()->revision, 3u);
  EXPECT_EQ(revisions_.service_revision("shop"), 2u);
}

TEST_F(WarmUpTest, OtherVariantsReadMeanwhile_EndIt) {
  set(90, 10);
  steps(25);
  apply(with(slow_green(), "    sticky:", "      red: { target_group: shop-green, weight: 0 }\n    sticky:"));
  EXPECT_EQ(steps(), 1u);
  EXPECT_NEAR(green(), 0.1, 1e-9);
}

TEST_F(WarmUpTest, ServiceGoneMeanwhile_EndsIt) {
  set(90, 10);
  steps(25);
  auto config = config_of(slow_green());
  config.services[0].name = "cart";
  config.listeners[0].fallback = config::Forward{"cart"};
  ASSERT_TRUE(applied(revisions_, config));
  EXPECT_EQ(steps(), 1u);
  EXPECT_EQ(green(), 0.0);
}

TEST_F(WarmUpTest, VariantThatStillHasUsers_MustNotBeGone) {
  apply(slow_green());
  set(0, 100);
  steps(25);
  const auto text = with(slow_green(), "      blue:  { target_group: shop-blue,  weight: 100 }\n", "");
  const auto refused = applied(revisions_, config_of(with(text, "weight: 0", "weight: 1")));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().problems.at(0).what, testing::HasSubstr("until the warm-up of the service is over"));
  steps();
  EXPECT_TRUE(applied(revisions_, config_of(with(text, "weight: 0", "weight: 1"))));
}

TEST_F(WarmUpTest, StepThatIsRefused_IsTakenLater) {
  set(90, 10);
  steps(49);
  refuses_ = true;
  const auto due = *revisions_.next_step();
  EXPECT_EQ(steps(1), 1u);
  EXPECT_EQ(*revisions_.next_step(), due + 400ms);
  refuses_ = false;
  EXPECT_EQ(steps(), 1u);
  EXPECT_NEAR(green(), 0.1, 1e-9);
}

}  // namespace
}  // namespace sluice
