// A service's second tries and its fallback: what is read, and what is said of wrong ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/read_retry.h"
#include "tests/unit/control/configs.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using config::Fallback;
using config::Retry;
using config::RetryEvent;
using config::RetryTo;
using testing::HasSubstr;
using testing::IsEmpty;

std::string service(const std::string& key) {
  return with(quickstart, "    sticky:", "    " + key + "\n    sticky:");
}

config::Service read(const std::string& key) {
  auto parsed = read_config_text(service(key), "sluice.yaml");
  EXPECT_THAT(lines(parsed.problems), IsEmpty());
  return parsed.config.services.at(0);
}

std::string problem_of(const std::string& key) {
  const auto problems = check_problems(service(key));
  if (problems.size() != 1) return std::to_string(problems.size()) + " problems";
  return problems[0];
}

TEST(RetryConfig, Absent_IsNoRetryAndFallbackToStable) {
  const auto config = read_config_text(quickstart, "").config.services.at(0);
  EXPECT_FALSE(config.retry);
  EXPECT_EQ(config.fallback, Fallback::stable);
}

TEST(RetryConfig, AbsentKeys_HaveTheirDefaults) {
  const Retry defaults{2,
                       {RetryEvent::connect, RetryEvent::reset, RetryEvent::refused},
                       RetryTo::variant,
                       Weight{20 * Weight::unit},
                       0ms,
                       65'536,
                       0ms};
  EXPECT_EQ(read("retry: {}").retry, defaults);
}

TEST(RetryConfig, EverythingSaid_IsReadWhole) {
  const auto retry = read(
      "retry: { attempts: 3, on: [connect, reset, refused, timeout, 400, 503, 599], to: stable, budget: 0.5%,"
      " per_try_timeout: 5s, buffer: 1MiB, hedge: 200ms }");
  EXPECT_EQ(retry.retry, (Retry{3,
                                {RetryEvent::connect, RetryEvent::reset, RetryEvent::refused,
                                 RetryEvent::timeout, 400, 503, 599},
                                RetryTo::stable,
                                Weight{500'000},
                                5s,
                                1'048'576,
                                200ms}));
}

TEST(RetryConfig, EndsOfRanges_AreIn) {
  EXPECT_EQ(read("retry: { attempts: 1, budget: 0%, per_try_timeout: 1ms, buffer: 0 }").retry->budget,
            Weight{});
  EXPECT_EQ(read("retry: { attempts: 10, budget: 100%, per_try_timeout: 1d, buffer: 16MiB }").retry->attempts,
            10u);
}

TEST(MirrorConfig, AbsentKeys_HaveTheirDefaults) {
  const auto mirror = read("mirror: { to: green }").mirror.value();
  EXPECT_EQ(mirror.to, "green");
  EXPECT_EQ(mirror.share, Weight{100 * Weight::unit});
  EXPECT_EQ(mirror.body, 65'536u);
  EXPECT_FALSE(read("fallback: stable").mirror);
}

TEST(MirrorConfig, WrongValues_AreSaidWithTheRightOnes) {
  EXPECT_THAT(problem_of("mirror: { to: gren }"), HasSubstr("mirror.to: no variant `gren`; did you mean `green`?"));
  EXPECT_THAT(problem_of("mirror: { share: 1% }"), HasSubstr("mirror: `to` is missing"));
  EXPECT_THAT(problem_of("mirror: { to: green, share: 101% }"), HasSubstr("mirror.share: `101%`"));
  EXPECT_THAT(problem_of("retry: { hedge: 10ms }"), HasSubstr("must be from 50ms to 1h"));
}

TEST(RetryConfig, Fallback_IsOneOfTwoWords) {
  EXPECT_EQ(read("fallback: none").fallback, Fallback::none);
  EXPECT_EQ(read("fallback: stable").fallback, Fallback::stable);
  EXPECT_EQ(
      problem_of("fallback: stabel"),
      "11:15: services.shop.fallback: `stabel` is not known; it must be `stable` or `none`; did you mean "
      "`stable`?");
}

TEST(RetryConfig, WrongValues_AreSaidWithTheRightOnes) {
  EXPECT_EQ(
      problem_of("retry: { on: [connect, rest] }"),
      "11:28: services.shop.retry.on[1]: `rest` is no reason to try again; write connect, reset, refused, "
      "timeout or a status code from 400 to 599; did you mean `reset`?");
  EXPECT_EQ(problem_of("retry: { on: [399] }"),
            "11:19: services.shop.retry.on[0]: `399` is out of range; it must be from 400 to 599");
  EXPECT_THAT(problem_of("retry: { on: [600] }"), HasSubstr("must be from 400 to 599"));
  EXPECT_THAT(problem_of("retry: { on: [''] }"), HasSubstr("`` is no reason to try again"));
  EXPECT_THAT(problem_of("retry: { on: connect }"), HasSubstr("on: is a single value; it must be a list"));
  EXPECT_THAT(problem_of("retry: { to: stabel }"), HasSubstr("did you mean `stable`?"));
  EXPECT_THAT(problem_of("retry: { attempts: 0 }"), HasSubstr("must be from 1 to 10"));
  EXPECT_THAT(problem_of("retry: { attempts: 11 }"), HasSubstr("must be from 1 to 10"));
  EXPECT_THAT(problem_of("retry: { budget: 101% }"), HasSubstr("services.shop.retry.budget: `101%`"));
  EXPECT_THAT(problem_of("retry: { budget: 20 }"), HasSubstr("services.shop.retry.budget: `20`"));
  EXPECT_THAT(problem_of("retry: { per_try_timeout: 0s }"), HasSubstr("must be from 1ms to 1d"));
  EXPECT_THAT(problem_of("retry: { buffer: 17MiB }"), HasSubstr("must be from 0 to 16MiB"));
  EXPECT_THAT(problem_of("retry: { atempts: 2 }"), HasSubstr("did you mean `attempts`?"));
}

}  // namespace
}  // namespace sluice
