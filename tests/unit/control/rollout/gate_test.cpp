#include "control/rollout/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "health/latency_histogram.h"
#include "tests/unit/control/rollout/strategies.h"

namespace sluice {
namespace {

using testing::HasSubstr;

std::vector<config::Gate> gates_of(const std::string& yaml) {
  return strategy_of("all_at_once: {}\ngates: [" + yaml + "]").gates;
}

Observed traffic(std::uint64_t attempts, std::uint64_t failures) {
  Observed observed{.attempts = attempts, .failures = failures};
  observed.has_traffic = true;
  observed.healthy_targets = 1;
  return observed;
}

std::string verdict(const std::string& gate, const Observed& observed) {
  const auto results = judge(gates_of(gate), observed);
  return std::string(to_string(results.at(1).verdict));
}

TEST(Gate, ErrorRate_IsJudgedFromEnoughRequestsOn) {
  const std::string gate = "{ error_rate: { max: 5%, min_requests: 20 } }";
  EXPECT_EQ(verdict(gate, traffic(0, 0)), "insufficient_data");
  EXPECT_EQ(verdict(gate, traffic(19, 0)), "insufficient_data");
  EXPECT_EQ(verdict(gate, traffic(20, 0)), "pass");
  EXPECT_EQ(verdict(gate, traffic(20, 1)), "pass") << "at the limit";
  EXPECT_EQ(verdict(gate, traffic(20, 2)), "fail");
  EXPECT_EQ(verdict(gate, traffic(10'000, 501)), "fail");
}

TEST(Gate, FailuresThatNoLaterSuccessCanMend_FailAtOnce) {
  // 20 requests may have 1 failure; 2 of 2 decide before the 20 have come.
  EXPECT_EQ(verdict("{ error_rate: { max: 5%, min_requests: 20 } }", traffic(2, 2)), "fail");
  EXPECT_EQ(verdict("{ error_rate: { max: 5%, min_requests: 20 } }", traffic(2, 1)), "insufficient_data");
}

TEST(Gate, Latency_IsTheQuantileOfEnoughRequests) {
  auto observed = traffic(200, 0);
  observed.latency.assign(LatencyBuckets::count, 0);
  observed.latency[LatencyBuckets::index(10'000)] = 99;
  const std::string gate = "{ latency: { quantile: p99, max: 50ms } }";
  EXPECT_EQ(verdict(gate, observed), "insufficient_data");
  observed.latency[LatencyBuckets::index(10'000)] = 198;
  EXPECT_EQ(verdict(gate, observed), "pass");
  observed.latency[LatencyBuckets::index(100'000)] = 20;
  EXPECT_EQ(verdict(gate, observed), "fail");
  observed.warming_up = true;
  EXPECT_EQ(verdict(gate, observed), "insufficient_data");
}

TEST(Gate, VariantWithTrafficAndNoHealthyTarget_Fails) {
  auto observed = traffic(0, 0);
  EXPECT_EQ(summary(judge({}, observed)).verdict, Verdict::pass);
  observed.healthy_targets = 0;
  EXPECT_EQ(summary(judge({}, observed)).verdict, Verdict::fail);
  observed.has_traffic = false;
  EXPECT_EQ(summary(judge({}, observed)).verdict, Verdict::pass);
}

TEST(Gate, WhatIsNotJudged_IsShownAndDecidesNothing) {
  for (const auto* gate : {"{ error_rate: { max_increase: 1% } }", "{ latency: { max_ratio: 1.3 } }",
                           "{ webhook: { url: 'http://h' } }", "{ alarm: { cloudwatch: HighCPU } }",
                           "{ prometheus: { url: 'http://h', query: up, max: 1 } }"}) {
    EXPECT_FALSE(is_judged(gates_of(gate)[0])) << gate;
    const auto results = judge(gates_of(gate), traffic(1000, 1000));
    EXPECT_THAT(results.at(1).reason, HasSubstr("not judged"));
    EXPECT_EQ(summary(results).verdict, Verdict::pass);
  }
}

}  // namespace
}  // namespace sluice
