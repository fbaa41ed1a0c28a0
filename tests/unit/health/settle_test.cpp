// When verdicts become known: a group that begins, a target that joins, one that turns.
#include "health/settle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const SteadyTime now{1h};

struct SettleTest : testing::Test {
  std::vector<std::unique_ptr<JudgedTarget>> targets;

  JudgedTarget& add(CheckVerdict known) {
    auto made = std::make_unique<JudgedTarget>(JudgedTarget{
        .state = std::make_shared<TargetState>(), .threshold = {{.healthy = 2, .unhealthy = 2}, known}});
    made->state->verdict = known;
    made->is_heard = known != CheckVerdict::initial;
    return *targets.emplace_back(std::move(made));
  }
  static void pass(JudgedTarget& target) {
    target.is_heard = true;
    target.threshold.pass();
  }
  static void fail(JudgedTarget& target) {
    target.is_heard = true;
    target.threshold.fail();
  }
  std::vector<std::size_t> settled() {
    std::vector<JudgedTarget*> all;
    for (const auto& target : targets) all.push_back(target.get());
    return settle(all, now);
  }
};

TEST_F(SettleTest, GroupThatBegins_BecomesHealthyTogetherOnceEachWasHeard) {
  auto& a = add(CheckVerdict::initial);
  auto& b = add(CheckVerdict::initial);
  auto& c = add(CheckVerdict::initial);
  pass(a);
  EXPECT_THAT(settled(), IsEmpty());
  pass(b);
  EXPECT_THAT(settled(), IsEmpty());
  fail(c);
  EXPECT_THAT(settled(), ElementsAre(0, 1));
  EXPECT_EQ(c.known(), CheckVerdict::initial);
  for (const auto* target : {&a, &b}) EXPECT_EQ(target->state->fit_since.load(), SteadyTime{});
}

TEST_F(SettleTest, Unhealthy_IsKnownAtOnce) {
  auto& a = add(CheckVerdict::initial);
  add(CheckVerdict::initial);
  fail(a);
  fail(a);
  EXPECT_THAT(settled(), ElementsAre(0));
  EXPECT_EQ(a.known(), CheckVerdict::unhealthy);
}

TEST_F(SettleTest, TargetThatJoinsHealthyOnes_WarmsUpFromNow) {
  add(CheckVerdict::healthy);
  add(CheckVerdict::initial);  // another that joins need not be waited for
  auto& joins = add(CheckVerdict::initial);
  pass(joins);
  EXPECT_THAT(settled(), ElementsAre(2));
  EXPECT_EQ(joins.state->fit_since.load(), now);
}

TEST_F(SettleTest, FirstToRecoverOfAGroupThatWasDown_DoesNotWarmUp) {
  auto& a = add(CheckVerdict::unhealthy);
  auto& b = add(CheckVerdict::unhealthy);
  a.state->fit_since = now - 1min;
  pass(a);
  EXPECT_THAT(settled(), IsEmpty());
  pass(a);
  EXPECT_THAT(settled(), ElementsAre(0));
  EXPECT_EQ(a.state->fit_since.load(), SteadyTime{});
  pass(b);
  pass(b);
  EXPECT_THAT(settled(), ElementsAre(1));
  EXPECT_EQ(b.state->fit_since.load(), now);
}

TEST_F(SettleTest, DrainingTargets_AreNoCompany) {
  add(CheckVerdict::healthy).state->drain_by = now + 1h;
  add(CheckVerdict::initial).state->drain_by = now + 1h;
  auto& joins = add(CheckVerdict::initial);
  pass(joins);
  EXPECT_THAT(settled(), ElementsAre(2));
  EXPECT_EQ(joins.state->fit_since.load(), SteadyTime{});
}

TEST_F(SettleTest, NothingNew_ChangesNothing) {
  pass(add(CheckVerdict::healthy));
  fail(add(CheckVerdict::unhealthy));
  EXPECT_THAT(settled(), IsEmpty());
}

}  // namespace
}  // namespace sluice
