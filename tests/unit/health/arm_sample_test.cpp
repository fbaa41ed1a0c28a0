#include "health/arm_sample.h"

#include <gtest/gtest.h>

#include <string>

namespace sluice {
namespace {

Experiment two_arms(std::uint64_t division = 1) {
  const std::array weights{Weight{Weight::unit}, Weight{Weight::unit}};
  std::vector<Arm> arms(2);
  return {.name = "e",
          .service = "s",
          .share = {},
          .conditions = {},
          .arms = arms,
          .split = Split::from_weights(weights),
          .division = division,
          .salt_seed = 0,
          .slot = {}};
}

TEST(ArmSample, UserCountsOnce) {
  ArmSample sample;
  const auto experiment = two_arms();
  for (int i = 0; i < 10; ++i) sample.add(experiment, experiment.arms[1], "u1");
  ASSERT_EQ(sample.users(1).size(), 1u);
  EXPECT_EQ(sample.users(1)[0].arm, 1u);
  EXPECT_TRUE(sample.users(2).empty()) << "of another division nothing is known";
}

TEST(ArmSample, MoreUsersThanItKeeps_AreAFairSampleOfBoundedSize) {
  ArmSample sample;
  const auto experiment = two_arms();
  for (int i = 0; i < 100'000; ++i)
    sample.add(experiment, experiment.arms[i % 4 == 0], "u" + std::to_string(i));
  const auto users = sample.users(1);
  ASSERT_EQ(users.size(), ArmSample::most);
  EXPECT_TRUE(std::ranges::is_sorted(users));
  const auto quarter = std::ranges::count(users, 1u, &SampledUser::arm);
  EXPECT_NEAR(static_cast<double>(quarter), ArmSample::most / 4.0, 150);
}

TEST(ArmSample, WorkersTogether_AreWhatOneWouldHaveSeen) {
  ArmSample one, left, right;
  const auto experiment = two_arms();
  for (int i = 0; i < 20'000; ++i) {
    const auto user = "u" + std::to_string(i);
    one.add(experiment, experiment.arms[0], user);
    if (i % 3 != 0) left.add(experiment, experiment.arms[0], user);
    if (i % 3 != 1) right.add(experiment, experiment.arms[0], user);
  }
  EXPECT_EQ(merge_samples(left.users(1), right.users(1)), one.users(1));
}

TEST(ArmSample, DivisionChanges_BeginsAnew) {
  ArmSample sample;
  const auto before = two_arms(1), after = two_arms(2);
  sample.add(before, before.arms[0], "u1");
  sample.add(after, after.arms[1], "u2");
  EXPECT_EQ(sample.users(2).size(), 1u);
  EXPECT_TRUE(sample.users(1).empty());
}

// By hand: of 100 users 60 and 40 in arms of one half each, chi-square is 4; with one degree of freedom p is
// 0.0455.
TEST(SampleRatio, PValue_IsPearsons) {
  EXPECT_NEAR(sample_ratio_p_value({60, 40}, {0.5, 0.5}), 0.0455, 0.0001);
  EXPECT_NEAR(sample_ratio_p_value({50, 50}, {0.5, 0.5}), 1, 1e-9);
  EXPECT_NEAR(sample_ratio_p_value({30, 30, 40}, {0.25, 0.25, 0.5}), 0.1353, 0.0001)
      << "chi-square 4, two degrees";
  EXPECT_EQ(sample_ratio_p_value({0, 0}, {0.5, 0.5}), 1);
  EXPECT_EQ(sample_ratio_p_value({10, 0}, {1, 0}), 1) << "an arm without weight is no arm";
  EXPECT_LT(sample_ratio_p_value({5200, 4800}, {0.5, 0.5}), 0.001);
}

}  // namespace
}  // namespace sluice
