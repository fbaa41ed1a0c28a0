// The arithmetic of rate limits: what passes, how long the rest waits, and that threads share a budget.
#include "routing/rate_limit.h"

#include <gtest/gtest.h>

#include <random>
#include <thread>
#include <vector>

namespace sluice {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr SteadyTime start{1h};

struct Budget {
  Gcra gcra;
  ArrivalTime arrival{0};

  explicit Budget(const Rate& rate) : gcra(rate) {}
  nanoseconds take(SteadyTime now) { return gcra.take(arrival, now); }
  int pass_at_once(SteadyTime now) {
    int passed = 0;
    while (take(now) == 0ns) ++passed;
    return passed;
  }
};

TEST(Gcra, AfterAQuietTime_TheBurstPassesAndNoMore) {
  Budget budget({.requests = 10, .per = 1s, .burst = 25});
  EXPECT_EQ(budget.pass_at_once(start), 25);
  EXPECT_EQ(budget.pass_at_once(start + 1h), 25);
}

TEST(Gcra, BurstOfOne_IsEvenlySpaced) {
  Budget budget({.requests = 10, .per = 1s, .burst = 1});
  EXPECT_EQ(budget.take(start), 0ns);
  EXPECT_EQ(budget.take(start + 99ms), 1ms);
  EXPECT_EQ(budget.take(start + 100ms), 0ns);
}

TEST(Gcra, Refused_IsToldWhenTheNextPassesAndCostsNothing) {
  Budget budget({.requests = 2, .per = 10s, .burst = 2});
  budget.pass_at_once(start);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(budget.take(start + 1s), 4s);
  EXPECT_EQ(budget.take(start + 5s), 0ns);
  EXPECT_EQ(budget.take(start + 5s), 5s);
}

TEST(Gcra, BudgetThatIsPartlyUsed_ComesBackWithTime) {
  Budget budget({.requests = 10, .per = 1s, .burst = 10});
  EXPECT_EQ(budget.pass_at_once(start), 10);
  EXPECT_EQ(budget.pass_at_once(start + 350ms), 3);
  EXPECT_EQ(budget.pass_at_once(start + 400ms), 1);
}

TEST(Gcra, ClockOfAnotherWorkerThatIsBehind_GivesNothingAway) {
  Budget budget({.requests = 10, .per = 1s, .burst = 1});
  EXPECT_EQ(budget.take(start), 0ns);
  EXPECT_EQ(budget.take(start - 1ms), 101ms);
}

TEST(Gcra, LargestNumbers_DoNotOverflow) {
  Budget slow({.requests = 1, .per = 24h, .burst = 1'000'000});
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(slow.take(start), 0ns);
  Budget fast({.requests = 1'000'000, .per = 100ms, .burst = 1'000'000});
  EXPECT_EQ(fast.pass_at_once(start), 1'000'000);
}

// Whatever comes when: never more than the burst and the time's worth, and never less than what a bucket that
// is asked all the time gives.
TEST(Gcra, AnyArrivals_PassAsATokenBucketSays) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 200; ++round) {
    const Rate rate{.requests = static_cast<std::uint32_t>(1 + random() % 1000),
                    .per = std::chrono::milliseconds(100 + random() % 10'000),
                    .burst = static_cast<std::uint32_t>(1 + random() % 50)};
    const double per_ns = rate.requests / static_cast<double>(nanoseconds(rate.per).count());
    Budget budget(rate);
    double tokens = rate.burst;
    auto now = start;
    for (int i = 0; i < 1000; ++i) {
      const auto gap = nanoseconds(random() % static_cast<std::uint64_t>(2 / per_ns));
      now += gap;
      tokens = std::min<double>(rate.burst, tokens + static_cast<double>(gap.count()) * per_ns);
      const bool passed = budget.take(now) == 0ns;
      if (std::abs(tokens - 1) > 1e-3) {  // not on the very edge, where rounding decides
        ASSERT_EQ(passed, tokens >= 1) << "round " << round << ", request " << i << ", " << tokens;
      }
      if (passed) tokens -= 1;
    }
  }
}

TEST(Gcra, Threads_ShareOneBudgetExactly) {
  Budget budget({.requests = 1, .per = 24h, .burst = 10'000});
  std::vector<int> passed(4);
  {
    std::vector<std::jthread> threads;
    for (auto& count : passed)
      threads.emplace_back([&budget, &count] { count = budget.pass_at_once(start); });
  }
  EXPECT_EQ(passed[0] + passed[1] + passed[2] + passed[3], 10'000);
}

}  // namespace
}  // namespace sluice
