#include "health/success_rate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Samples = std::vector<SuccessSample>;

std::vector<std::size_t> found(const Samples& samples) {
  return success_rate_outliers(samples, 5);
}

TEST(SuccessRate, OneOfFiveFailsMore_IsFound) {
  EXPECT_THAT(found(Samples{{200, 1}, {200, 0}, {200, 60}, {200, 2}, {200, 1}}), ElementsAre(2));
}

TEST(SuccessRate, AllFailAlike_NoneIsTheOdd) {
  EXPECT_THAT(found(Samples{{200, 50}, {200, 50}, {200, 50}, {200, 50}, {200, 50}}), IsEmpty());
  EXPECT_THAT(found(Samples{{200, 0}, {200, 0}, {200, 0}, {200, 0}, {200, 0}}), IsEmpty());
}

TEST(SuccessRate, TooFewTargetsOrAttempts_SayNothing) {
  EXPECT_THAT(found(Samples{{200, 0}, {200, 0}, {200, 200}, {200, 0}}), IsEmpty());
  EXPECT_THAT(found(Samples{{200, 0}, {200, 0}, {99, 99}, {200, 0}, {200, 0}}), IsEmpty());
  EXPECT_THAT(found(Samples{}), IsEmpty());
}

TEST(SuccessRate, BetterThanTheOthers_IsNoOutlier) {
  EXPECT_THAT(found(Samples{{200, 60}, {200, 60}, {200, 0}, {200, 60}, {200, 60}}), IsEmpty());
}

TEST(SuccessRate, OnlyFailuresOfAll_AreNoReason) {
  EXPECT_THAT(found(Samples{{1000, 1}, {1000, 0}, {1000, 0}, {1000, 0}, {1000, 0}}), IsEmpty());
  EXPECT_THAT(found(Samples{{100'000, 1}, {100'000, 0}, {100'000, 0}, {100'000, 0}, {100'000, 0}}), IsEmpty());
  Samples ten(10, SuccessSample{1000, 0});
  ten[2].failures = ten[7].failures = 1;
  EXPECT_THAT(found(ten), IsEmpty());
}

TEST(SuccessRate, LessThanFivePointsBelowTheMean_IsNoOutlier) {
  EXPECT_THAT(found(Samples{{1000, 62}, {1000, 0}, {1000, 0}, {1000, 0}, {1000, 0}}), IsEmpty());
  EXPECT_THAT(found(Samples{{1000, 64}, {1000, 0}, {1000, 0}, {1000, 0}, {1000, 0}}), ElementsAre(0));
}

TEST(SuccessRate, FewerFailuresThanEjectInARow_AreNoReason) {
  const Samples samples{{100, 10}, {100, 0}, {100, 0}, {100, 0}, {100, 0}};
  EXPECT_THAT(success_rate_outliers(samples, 11), IsEmpty());
  EXPECT_THAT(success_rate_outliers(samples, 10), ElementsAre(0));
}

}  // namespace
}  // namespace sluice
