// Rates of the last seconds from cumulative totals.
#include "control/api/rates.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Rates::TimePoint start{};

struct Traffic {
  std::string variant = "blue";
  std::uint64_t good = 0, bad = 0;
  milliseconds duration{10};
  std::string listener = "web";
};

OutcomeTotal total(const Traffic& traffic) {
  OutcomeTotal made{.listener = traffic.listener, .service = "shop", .variant = traffic.variant};
  made.responses[2] = traffic.good;
  made.responses[5] = traffic.bad;
  const auto all = traffic.good + traffic.bad;
  made.chosen[static_cast<std::size_t>(ChosenBy::split)] = all;
  const auto microseconds = static_cast<std::uint64_t>(traffic.duration.count()) * 1000;
  made.durations[2].latency.resize(LatencyBuckets::count);
  made.durations[2].latency[LatencyBuckets::index(microseconds)] = all;
  return made;
}

TEST(Rates, NothingAsked_IsZeroAndNoShare) {
  Rates rates;
  rates.sample({total({})}, start);
  rates.sample({total({})}, start + seconds(1));
  const auto now = rates.of("shop", "blue");
  EXPECT_EQ(now.requests_per_second, 0);
  EXPECT_EQ(now.error_rate, 0);
  EXPECT_EQ(now.p99_ms, 0);
  EXPECT_FALSE(now.measured_share);
  EXPECT_FALSE(rates.of("other", "blue").measured_share);
}

TEST(Rates, Traffic_IsCountedOverTheTimeThatPassed) {
  Rates rates;
  rates.sample({total({.good = 1000})}, start);
  rates.sample({total({.good = 1150, .bad = 50})}, start + seconds(2));
  const auto now = rates.of("shop", "blue");
  EXPECT_DOUBLE_EQ(now.requests_per_second, 100);
  EXPECT_DOUBLE_EQ(now.error_rate, 0.25);
  EXPECT_NEAR(now.p50_ms, 10, 0.2);
  EXPECT_NEAR(now.p99_ms, 10, 0.2);
}

TEST(Rates, Listeners_AreAddedUp) {
  Rates rates;
  rates.sample({}, start);
  rates.sample({total({.good = 10, .listener = "a"}), total({.good = 20, .listener = "b"})},
               start + seconds(1));
  EXPECT_DOUBLE_EQ(rates.of("shop", "blue").requests_per_second, 30);
}

TEST(Rates, MeasuredShare_IsOfWhatTheServiceAssigned) {
  Rates rates;
  rates.sample({}, start);
  rates.sample({total({.good = 91}), total({.variant = "green", .good = 9})}, start + seconds(1));
  EXPECT_DOUBLE_EQ(rates.of("shop", "blue").measured_share.value(), 0.91);
  EXPECT_DOUBLE_EQ(rates.of("shop", "green").measured_share.value(), 0.09);
}

TEST(Rates, OldTraffic_IsForgotten) {
  Rates rates;
  rates.sample({}, start);
  rates.sample({total({.bad = 500})}, start + seconds(1));
  for (int second = 2; second <= 12; ++second) rates.sample({total({.bad = 500})}, start + seconds(second));
  EXPECT_EQ(rates.of("shop", "blue").requests_per_second, 0);
  EXPECT_EQ(rates.of("shop", "blue").error_rate, 0);
}

TEST(Rates, SampleThatComesTooSoon_IsLeftOut) {
  Rates rates;
  rates.sample({}, start);
  EXPECT_FALSE(rates.wants_sample(start + milliseconds(99)));
  rates.sample({total({.good = 5})}, start + milliseconds(99));
  EXPECT_EQ(rates.of("shop", "blue").requests_per_second, 0);
  EXPECT_TRUE(rates.wants_sample(start + milliseconds(100)));
  rates.sample({total({.good = 5})}, start + milliseconds(100));
  EXPECT_DOUBLE_EQ(rates.of("shop", "blue").requests_per_second, 5);  // over a second at least
}

TEST(Rates, VariantThatWentAndCameAgain_StartsAnew) {
  Rates rates;
  rates.sample({total({.good = 1000})}, start);
  rates.sample({total({.good = 7})}, start + seconds(1));
  EXPECT_DOUBLE_EQ(rates.of("shop", "blue").requests_per_second, 7);
}

}  // namespace
}  // namespace sluice
