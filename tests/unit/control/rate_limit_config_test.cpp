// Rate limits of listeners and rules: what is read, what is said of wrong ones, and what a reload keeps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/snapshot_builder.h"
#include "tests/unit/control/configs.h"
#include "tests/unit/routing/share_points.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string rule_head = "rules: [{ priority: 10, conditions: [{ path_pattern: [/] }], ";

// The quickstart with a key of its listener, or a rule with these keys.
std::string listener(const std::string& key) {
  return with(quickstart, "    default:", "    " + key + "\n    default:");
}
std::string rule(const std::string& keys) {
  return listener(rule_head + keys + " }]");
}

config::Listener read(const std::string& text) {
  auto parsed = read_config_text(text, "");
  EXPECT_THAT(lines(parsed.problems), IsEmpty());
  EXPECT_THAT(lines(check_config(parsed.config)), IsEmpty());
  return parsed.config.listeners.at(0);
}

TEST(RateLimitConfig, Absent_IsNoLimit) {
  EXPECT_FALSE(read(quickstart).rate_limit);
}

TEST(RateLimitConfig, OnlyRequests_IsSoManyASecondForTheWholeListener) {
  const auto limit = read(listener("rate_limit: { requests: 5 }")).rate_limit.value();
  EXPECT_EQ(limit.requests, 5u);
  EXPECT_EQ(limit.per, 1s);
  EXPECT_EQ(limit.by, LimitBy::everybody);
  EXPECT_FALSE(limit.burst);
}

TEST(RateLimitConfig, EverythingSaid_IsReadWhole) {
  const auto limit =
      read(listener("rate_limit: { requests: 1000000, per: 24h, by: address, burst: 7 }")).rate_limit.value();
  EXPECT_EQ(limit.requests, 1'000'000u);
  EXPECT_EQ(limit.per, 24h);
  EXPECT_EQ(limit.by, LimitBy::address);
  EXPECT_EQ(limit.burst, 7u);
}

TEST(RateLimitConfig, OfARule_HasTheRulesWord) {
  const auto read_by = [](const std::string& by) {
    const auto web = read(rule("rate_limit: { requests: 1, by: " + by + " }, forward: shop"));
    return web.rules.at(0).rate_limit->by;
  };
  EXPECT_EQ(read_by("rule"), LimitBy::everybody);
  EXPECT_EQ(read_by("identity"), LimitBy::identity);
  EXPECT_THAT(reading_problems(rule("rate_limit: { requests: 1, by: listener }, forward: shop")),
              ElementsAre(testing::HasSubstr("it must be `rule` or `identity` or `address`")));
}

TEST(RateLimitConfig, WrongValues_AreToldWithWhatWouldBeRight) {
  EXPECT_THAT(reading_problems(listener("rate_limit: { per: 1s }")),
              ElementsAre(testing::HasSubstr("listeners[0].rate_limit")));
  EXPECT_THAT(reading_problems(listener("rate_limit: { requests: 0, per: 50ms, burst: 0, by: user }")),
              testing::SizeIs(4));
  EXPECT_THAT(reading_problems(listener("rate_limit: { requests: 1, bursts: 2 }")),
              ElementsAre(testing::HasSubstr("burst")));
}

TEST(RateLimitConfig, ByIdentity_NeedsAServiceThatHasSome) {
  const auto text = with(listener("rate_limit: { requests: 1, by: identity }"), "{ forward: shop }",
                         "{ fixed_response: { status: 404 } }");
  EXPECT_THAT(check_problems(text), ElementsAre(testing::HasSubstr("listeners[0].rate_limit.by")));
  const auto forwarding = with(text, "    default:", "    " + rule_head + "forward: shop }]\n    default:");
  EXPECT_THAT(check_problems(forwarding), IsEmpty());
  EXPECT_THAT(
      check_problems(rule("rate_limit: { requests: 1, by: identity }, fixed_response: { status: 404 }")),
      ElementsAre(testing::HasSubstr("listeners[0].rules[0].rate_limit.by")));
}

struct RateLimitReload : testing::Test {
  SnapshotBuilder builder{Secrets{"a secret of the tests alone"}};
  std::shared_ptr<const Snapshot> current;

  const Listener& load(const std::string& text) {
    const auto parsed = read_config_text(text, "");
    EXPECT_THAT(lines(parsed.problems), IsEmpty());
    current = builder.build(parsed.config, 1, current.get()).value();
    return *current->listeners[0];
  }
};

TEST_F(RateLimitReload, UnchangedLimit_KeepsItsBudgetsAndTheListenerIsTheSame) {
  const auto text = listener("rate_limit: { requests: 1, by: address }");
  const auto* first = &load(text);
  const auto kept = current;
  EXPECT_EQ(first, &load(text));
  const auto& changed = load(with(text, "    default:", "    health_path: /x\n    default:"));
  EXPECT_NE(first, &changed);
  EXPECT_EQ(first->rate_limit, changed.rate_limit);
}

TEST_F(RateLimitReload, OtherNumbers_BeginAnew) {
  const auto before = load(listener("rate_limit: { requests: 1 }")).rate_limit;
  const auto after = load(listener("rate_limit: { requests: 2 }")).rate_limit;
  EXPECT_NE(before->budgets, after->budgets);
}

TEST_F(RateLimitReload, RuleWhoseConditionsChange_KeepsItsBudgets) {
  const auto text = rule("rate_limit: { requests: 1, by: address }, forward: shop");
  FixedPoints points;
  const RequestHead root{.method = "GET", .path = "/"}, other{.method = "GET", .path = "/y"};
  const auto before = load(text).rules->find(root, points).rate_limit;
  const auto after = load(with(text, "[/]", "[/y]")).rules->find(other, points).rate_limit;
  ASSERT_TRUE(before && after);
  EXPECT_EQ(before->budgets, after->budgets);
  EXPECT_EQ(before->seed, after->seed);
}

}  // namespace
}  // namespace sluice
