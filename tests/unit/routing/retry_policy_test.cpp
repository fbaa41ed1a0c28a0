#include "routing/retry_policy.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

enum class Body { replayable, gone };

bool retries(const FailedAttempt& failed, const RetryState& state = {}, std::string_view method = "GET",
             Body body = Body::replayable) {
  return may_retry(failed, state, method, body == Body::replayable);
}

TEST(RetryPolicy, NothingWasSent_AnyRequestMayGoElsewhere) {
  for (const auto method : {"GET", "POST", "PATCH", "PURGE"}) {
    EXPECT_TRUE(retries({}, {}, method)) << method;
    EXPECT_TRUE(retries({}, {}, method, Body::gone)) << method << ": no byte of it was used";
    EXPECT_TRUE(retries({.from_idle = true}, {}, method)) << method;
  }
}

TEST(RetryPolicy, RefusedAndPartOfItsBodyIsGone_IsNeverSentWithoutIt) {
  EXPECT_FALSE(retries({.body_begun = true}, {}, "GET", Body::gone));
  EXPECT_TRUE(retries({.body_begun = true}));
}

TEST(RetryPolicy, TargetsThatCannotBeReached_AreTriedAtMostThreeTimes) {
  EXPECT_EQ(most_connects, 3u);
  EXPECT_TRUE(retries({}, {.connect_failures = 0}));
  EXPECT_TRUE(retries({}, {.connect_failures = most_connects - 2}));
  EXPECT_FALSE(retries({}, {.connect_failures = most_connects}));
  EXPECT_FALSE(retries({}, {.connect_failures = most_connects + 100}));
}

TEST(RetryPolicy, SentOnAnIdleConnectionThatDied_IsReplacedOnce) {
  const FailedAttempt failed{.request_sent = true, .from_idle = true};
  EXPECT_TRUE(retries(failed));
  EXPECT_FALSE(retries(failed, {.replaced_idle = true}));
}

TEST(RetryPolicy, SentAndNotIdempotent_IsNeverRepeated) {
  const FailedAttempt failed{.request_sent = true, .from_idle = true};
  for (const auto method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
    EXPECT_TRUE(retries(failed, {}, method)) << method;
  for (const auto method : {"POST", "PATCH", "CONNECT", "get", "PURGE", ""})
    EXPECT_FALSE(retries(failed, {}, method)) << method;
}

TEST(RetryPolicy, SentAndItsBodyIsGone_IsNeverRepeated) {
  EXPECT_FALSE(retries({.request_sent = true, .from_idle = true}, {}, "PUT", Body::gone));
}

TEST(RetryPolicy, SentOnAFreshConnection_IsNeverRepeated) {
  EXPECT_FALSE(retries({.request_sent = true}));
}

TEST(RetryPolicy, ResponseHadBegun_IsNeverRepeated) {
  for (const bool sent : {false, true})
    for (const bool idle : {false, true})
      EXPECT_FALSE(retries({.request_sent = sent, .from_idle = idle, .response_begun = true}));
}

TEST(IdempotentMethods, AreRfc9110s) {
  for (const auto method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"})
    EXPECT_TRUE(is_idempotent(method));
  for (const auto method : {"POST", "PATCH", "CONNECT", "Get", ""}) EXPECT_FALSE(is_idempotent(method));
}

}  // namespace
}  // namespace sluice
