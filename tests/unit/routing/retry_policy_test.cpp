#include "routing/retry_policy.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

constexpr Replay repeatable{.idempotent = true, .whole = true};
constexpr Replay once_only{.idempotent = false, .whole = true};
constexpr Replay body_gone{.idempotent = true, .whole = false};

RetryPolicy everything() {
  RetryPolicy policy;
  policy.attempts = 3;
  policy.on = {RetryEvent::connect, RetryEvent::reset, RetryEvent::refused, RetryEvent::timeout, 500, 503};
  return policy;
}

NextTry after(const FailedAttempt& failed, Replay replay = repeatable, const RetryState& state = {1, false},
              const RetryPolicy& policy = everything()) {
  return next_try(policy, failed, state, replay);
}

TEST(RetryPolicy, NothingWasProcessed_AnyRequestMayGoElsewhere) {
  for (const auto how : {Failure::connect, Failure::refused}) {
    EXPECT_EQ(after({.how = how}), NextTry::another);
    EXPECT_EQ(after({.how = how}, once_only), NextTry::another);
  }
}

TEST(RetryPolicy, PartOfTheBodyIsGone_IsNeverSentWithoutIt) {
  for (const auto how : {Failure::connect, Failure::refused, Failure::reset, Failure::timeout})
    EXPECT_EQ(after({.how = how}, body_gone), NextTry::none);
  EXPECT_EQ(after({.how = Failure::status, .status = 503}, body_gone), NextTry::none);
  EXPECT_EQ(after({.how = Failure::reset, .from_idle = true}, body_gone), NextTry::none);
}

TEST(RetryPolicy, ProcessedAndNotIdempotent_IsNeverRepeated) {
  for (const auto how : {Failure::reset, Failure::timeout}) EXPECT_EQ(after({.how = how}, once_only), NextTry::none);
  EXPECT_EQ(after({.how = Failure::reset, .from_idle = true}, once_only), NextTry::none);
  EXPECT_EQ(after({.how = Failure::status, .status = 503}, once_only), NextTry::none);
}

TEST(RetryPolicy, AttemptsAreUsedUp_NoMoreAreMade) {
  EXPECT_EQ(after({.how = Failure::connect}, repeatable, {2, false}), NextTry::another);
  EXPECT_EQ(after({.how = Failure::connect}, repeatable, {3, false}), NextTry::none);
  EXPECT_EQ(after({.how = Failure::connect}, repeatable, {300, false}), NextTry::none);
}

TEST(RetryPolicy, IdleConnectionWasDead_IsReplacedOnceAndCostsNoAttempt) {
  const FailedAttempt dead{.how = Failure::reset, .from_idle = true};
  EXPECT_EQ(after(dead, repeatable, {3, false}), NextTry::same_target);
  EXPECT_EQ(after(dead, repeatable, {3, true}), NextTry::none);
  EXPECT_EQ(after(dead, repeatable, {1, true}), NextTry::another);
}

TEST(RetryPolicy, OnlyWhatThePolicyNames_IsTriedAgain) {
  const auto harmless = harmless_retries();
  EXPECT_EQ(after({.how = Failure::connect}, repeatable, {1, false}, harmless), NextTry::another);
  for (const auto how : {Failure::reset, Failure::timeout, Failure::other})
    EXPECT_EQ(after({.how = how}, repeatable, {1, false}, harmless), NextTry::none);
  EXPECT_EQ(after({.how = Failure::status, .status = 502}), NextTry::none);
  EXPECT_EQ(after({.how = Failure::status, .status = 503}), NextTry::another);
}

TEST(RetryPolicy, Statuses_AreRejectedAsNamed) {
  EXPECT_TRUE(rejects(everything(), 500));
  EXPECT_FALSE(rejects(everything(), 502));
  EXPECT_FALSE(rejects(everything(), 200));
  EXPECT_FALSE(rejects(harmless_retries(), 503));
}

TEST(RetryBudget, IsAShareOfWhatIsInFlight_ButAtLeastThree) {
  RetryPolicy policy;
  EXPECT_EQ(retries_at_once(policy, 0), 3u);
  EXPECT_EQ(retries_at_once(policy, 15), 3u);
  EXPECT_EQ(retries_at_once(policy, 100), 20u);
  policy.budget = Weight{100 * Weight::unit};
  EXPECT_EQ(retries_at_once(policy, 1000), 1000u);
  policy.budget = {};
  EXPECT_EQ(retries_at_once(policy, 1000), 3u);
}

TEST(IdempotentMethods, AreRfc9110s) {
  for (const auto method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"})
    EXPECT_TRUE(is_idempotent(method));
  for (const auto method : {"POST", "PATCH", "CONNECT", "Get", ""}) EXPECT_FALSE(is_idempotent(method));
}

}  // namespace
}  // namespace sluice
