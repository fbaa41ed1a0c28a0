// Adaptive concurrency against a simulated server: so many places, each answer takes so long, and what finds
// no place waits in a queue.
#include "health/adaptive_limit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <queue>
#include <random>
#include <thread>
#include <vector>

namespace sluice {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;
using std::chrono::nanoseconds;

// Closed loop of clients that are refused over the limit and try again a little later.
class Simulation {
 public:
  std::uint32_t places = 50;
  microseconds service{25'000};
  std::uint32_t clients = 500;
  AdaptiveBounds bounds;
  AdaptiveState state;

  // Means over the time that was run.
  struct Seen {
    double limit = 0, latency_ms = 0, per_second = 0;
    double least_limit = 1e9, most_limit = 0;
  };

  Seen run(std::chrono::milliseconds time) {
    Seen seen;
    const auto end = now_ + time;
    std::uint64_t done = 0, steps = 0;
    for (; now_ < end; now_ += 1ms, ++steps) {
      finish(seen, done);
      while (running_.size() < clients && admits(state, bounds, in_flight())) begin();
      const double limit = state.limit.load();
      seen.limit += limit;
      seen.least_limit = std::min(seen.least_limit, limit);
      seen.most_limit = std::max(seen.most_limit, limit);
    }
    seen.limit /= static_cast<double>(steps);
    seen.latency_ms /= static_cast<double>(std::max<std::uint64_t>(done, 1));
    seen.per_second = static_cast<double>(done) * 1000 / static_cast<double>(time.count());
    return seen;
  }

 private:
  struct Running {
    SteadyTime begun, ends;
    std::uint32_t in_flight;
    bool operator>(const Running& other) const { return ends > other.ends; }
  };

  std::uint32_t in_flight() const { return static_cast<std::uint32_t>(running_.size()); }

  // A place is free when the earliest of them ends.
  void begin() {
    while (free_at_.size() < places) free_at_.push(now_);
    while (free_at_.size() > places) free_at_.pop();
    const auto starts = std::max(now_, free_at_.top());
    free_at_.pop();
    std::uniform_real_distribution<double> spread(0.8, 1.2);
    const auto ends = starts + microseconds(static_cast<std::int64_t>(
                                   static_cast<double>(service.count()) * spread(random_)));
    free_at_.push(ends);
    running_.push({now_, ends, in_flight() + 1});
  }

  void finish(Seen& seen, std::uint64_t& done) {
    for (; !running_.empty() && running_.top().ends <= now_; running_.pop(), ++done) {
      const auto& one = running_.top();
      const auto latency = nanoseconds(one.ends - one.begun);
      seen.latency_ms += static_cast<double>(latency.count()) / 1e6;
      record(state, bounds, {latency, one.in_flight}, now_);
    }
  }

  SteadyTime now_{1h};
  std::priority_queue<Running, std::vector<Running>, std::greater<>> running_;
  std::priority_queue<SteadyTime, std::vector<SteadyTime>, std::greater<>> free_at_;
  std::mt19937_64 random_{3};
};

TEST(AdaptiveLimit, NothingMeasured_OnlyTheLargestCounts) {
  const AdaptiveState state;
  EXPECT_TRUE(admits(state, {.min = 1, .max = 8}, 7));
  EXPECT_FALSE(admits(state, {.min = 1, .max = 8}, 8));
}

// 500 clients on 50 places would wait ten times as long as an answer takes.
TEST(AdaptiveLimit, MoreClientsThanPlaces_SettlesNearTheCapacityWithAShortQueue) {
  Simulation server;
  server.run(10s);
  const auto settled = server.run(20s);
  EXPECT_GT(settled.limit, 50);
  EXPECT_LT(settled.limit, 120);
  EXPECT_LT(settled.latency_ms, 62);
  EXPECT_GT(settled.per_second, 0.9 * 50 / 0.025) << "and the places are busy";
}

TEST(AdaptiveLimit, FewerClientsThanPlaces_AreNotRefused) {
  Simulation server;
  server.clients = 30;
  server.run(10s);
  const auto seen = server.run(30s);
  EXPECT_NEAR(seen.per_second, 30 / 0.025, 0.05 * 30 / 0.025);
}

TEST(AdaptiveLimit, ServerLosesPlacesAndGetsThemBack_TheLimitFollows) {
  Simulation server;
  server.run(20s);
  server.places = 10;
  server.run(20s);
  const auto small = server.run(20s);
  EXPECT_LT(small.limit, 40);
  EXPECT_GT(small.per_second, 0.9 * 10 / 0.025);
  server.places = 50;
  server.run(20s);
  const auto recovered = server.run(20s);
  EXPECT_GT(recovered.limit, 50);
  EXPECT_GT(recovered.per_second, 0.9 * 50 / 0.025);
}

// A release that takes three times as long is no queue: after the baseline was measured anew it gets as many.
TEST(AdaptiveLimit, ServerBecomesSlowerForGood_IsNotStarved) {
  Simulation server;
  server.run(20s);
  server.service = 75'000us;
  server.run(120s);
  const auto slower = server.run(20s);
  EXPECT_GT(slower.per_second, 0.85 * 50 / 0.075);
}

// The baseline must not learn the queue: minutes of overload end as they began.
TEST(AdaptiveLimit, LongOverload_DoesNotDrift) {
  Simulation server;
  server.run(10s);
  const auto early = server.run(60s);
  server.run(150s);
  const auto late = server.run(60s);
  EXPECT_NEAR(late.limit, early.limit, 0.35 * early.limit);
  EXPECT_LT(late.latency_ms, 62);
}

TEST(AdaptiveLimit, Bounds_Hold) {
  Simulation server;
  server.bounds = {.min = 8, .max = 30};
  server.run(5s);
  const auto seen = server.run(60s);
  EXPECT_LE(seen.most_limit, 30);
  server.places = 1;
  server.run(10s);
  EXPECT_GE(server.run(60s).least_limit, 8);
}

// A restart under load: a healthy group goes on to get what it had but for a moment, in which it is measured.
TEST(AdaptiveLimit, BeginsUnderLoadWithoutAQueue_SoonAllowsAllThatWasInFlight) {
  Simulation server;
  server.places = 1000;
  server.run(1500ms);
  EXPECT_GE(server.state.limit.load(), 500u);
  EXPECT_NEAR(server.run(5s).per_second, 500 / 0.025, 0.05 * 500 / 0.025);
}

TEST(AdaptiveLimit, BeginsUnderLoadWithSlowAnswers_SoonAllowsAllThatWasInFlight) {
  Simulation server;
  server.places = 1000;
  server.service = 1s;
  server.run(6s);
  EXPECT_GE(server.state.limit.load(), 500u);
}

// The queue that was there before the first limit does not pass for the normal state.
TEST(AdaptiveLimit, BeginsWithALongQueue_FindsTheCapacitySoon) {
  Simulation server;
  server.run(4s);
  EXPECT_LT(server.run(2s).latency_ms, 62);
  Simulation slow;
  slow.service = 200ms;
  slow.run(20s);
  EXPECT_LT(slow.run(5s).latency_ms, 500);
}

// Whatever windows come, the limit stays within its bounds and is a number.
TEST(AdaptiveEstimateProperty, AnyWindows_KeepTheLimitInBounds) {
  std::mt19937_64 random(17);
  for (int round = 0; round < 100; ++round) {
    const auto min = static_cast<std::uint32_t>(1 + random() % 50);
    const AdaptiveBounds bounds{.min = min, .max = min + static_cast<std::uint32_t>(random() % 1000)};
    AdaptiveEstimate estimate;
    for (int i = 0; i < 2000; ++i) {
      const AdaptiveWindow window{.latency = static_cast<double>(random() % 1'000'000'000),
                                  .most_in_flight = static_cast<std::uint32_t>(random() % 5000)};
      estimate = after_window(estimate, window, bounds);
      ASSERT_GE(estimate.limit, bounds.min);
      ASSERT_LE(estimate.limit, bounds.max);
    }
  }
}

TEST(AdaptiveRecord, Threads_MakeOneEstimateTogether) {
  AdaptiveState state;
  const AdaptiveBounds bounds{.min = 1, .max = 1000};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&state, &bounds] {
        for (int i = 0; i < 50'000; ++i)
          record(state, bounds, {10ms, 100}, SteadyTime(1h) + std::chrono::milliseconds(i));
      });
  }
  const auto limit = state.limit.load();
  EXPECT_GE(limit, 1u);
  EXPECT_LE(limit, 1000u);
  // A window's sum and count are two atomics: samples that come between are of one and not the other.
  EXPECT_NEAR(state.estimate.baseline, 10'000, 100);
}

}  // namespace
}  // namespace sluice
