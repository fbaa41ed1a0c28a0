#include "health/latency_histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "health/outcomes.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;

TEST(LatencyBuckets, EveryDuration_LiesBelowTheEndOfItsBucketAndNotBelowTheOneBefore) {
  for (std::uint64_t us = 0; us < 300'000; ++us) {
    const auto index = LatencyBuckets::index(us);
    ASSERT_LT(us, LatencyBuckets::end(index));
    ASSERT_TRUE(index == 0 || us >= LatencyBuckets::end(index - 1)) << us;
  }
}

TEST(LatencyBuckets, Ends_RiseAndBeginTheNextBucket) {
  for (std::size_t i = 0; i + 1 < LatencyBuckets::count; ++i) {
    ASSERT_LT(LatencyBuckets::end(i), LatencyBuckets::end(i + 1));
    ASSERT_EQ(LatencyBuckets::index(LatencyBuckets::end(i)), i + 1);
    ASSERT_EQ(LatencyBuckets::index(LatencyBuckets::end(i) - 1), i);
  }
}

TEST(LatencyBuckets, LongerThanTheLast_CountsAsTheLast) {
  EXPECT_EQ(LatencyBuckets::index(~std::uint64_t{0}), LatencyBuckets::count - 1);
  EXPECT_GT(LatencyBuckets::end(LatencyBuckets::count - 1), 134'000'000u);
}

std::vector<std::uint64_t> counts(const LatencyHistogram& histogram) {
  std::vector<std::uint64_t> result;
  for (std::size_t i = 0; i < LatencyBuckets::count; ++i) result.push_back(histogram.at(i));
  return result;
}

TEST(Quantile, OfManyDurations_IsWithinTwoPercent) {
  std::mt19937_64 random(7);  // NOLINT: the same run each time
  std::lognormal_distribution<double> milliseconds(3, 1.5);
  LatencyHistogram histogram;
  std::vector<double> all;
  for (int i = 0; i < 100'000; ++i) {
    all.push_back(milliseconds(random));
    histogram.record(std::chrono::nanoseconds(static_cast<std::int64_t>(all.back() * 1e6)));
  }
  std::ranges::sort(all);
  for (const double quantile : {0.01, 0.1, 0.5, 0.9, 0.99, 0.999}) {
    const auto truth = all[static_cast<std::size_t>(quantile * static_cast<double>(all.size() - 1))];
    EXPECT_NEAR(quantile_ms(counts(histogram), quantile) / truth, 1, 0.02) << quantile;
  }
}

TEST(Quantile, OfNothing_IsZero) {
  EXPECT_EQ(quantile_ms(counts(LatencyHistogram()), 0.99), 0);
}

TEST(Quantile, OfOne_IsThatOneAtBothEnds) {
  LatencyHistogram histogram;
  histogram.record(10ms);
  for (const double quantile : {0.0, 0.5, 1.0})
    EXPECT_NEAR(quantile_ms(counts(histogram), quantile), 10, 0.2);
}

}  // namespace
}  // namespace sluice
