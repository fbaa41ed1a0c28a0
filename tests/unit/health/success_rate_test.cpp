#include "health/success_rate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Samples = std::vector<SuccessSample>;

TEST(SuccessRate, OneOfFiveFailsMore_IsFound) {
  EXPECT_THAT(success_rate_outliers(Samples{{200, 1}, {200, 0}, {200, 60}, {200, 2}, {200, 1}}), ElementsAre(2));
}

TEST(SuccessRate, AllFailAlike_NoneIsTheOdd) {
  EXPECT_THAT(success_rate_outliers(Samples{{200, 50}, {200, 50}, {200, 50}, {200, 50}, {200, 50}}), IsEmpty());
  EXPECT_THAT(success_rate_outliers(Samples{{200, 0}, {200, 0}, {200, 0}, {200, 0}, {200, 0}}), IsEmpty());
}

TEST(SuccessRate, TooFewTargetsOrAttempts_SayNothing) {
  EXPECT_THAT(success_rate_outliers(Samples{{200, 0}, {200, 0}, {200, 200}, {200, 0}}), IsEmpty());
  EXPECT_THAT(success_rate_outliers(Samples{{200, 0}, {200, 0}, {99, 99}, {200, 0}, {200, 0}}), IsEmpty());
  EXPECT_THAT(success_rate_outliers(Samples{}), IsEmpty());
}

TEST(SuccessRate, BetterThanTheOthers_IsNoOutlier) {
  EXPECT_THAT(success_rate_outliers(Samples{{200, 60}, {200, 60}, {200, 0}, {200, 60}, {200, 60}}), IsEmpty());
}

}  // namespace
}  // namespace sluice
