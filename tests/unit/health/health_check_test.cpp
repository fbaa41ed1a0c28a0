#include "health/health_check.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(HealthCheckMatcher, CodesInAnyRange_Match) {
  const std::vector<CodeRange> matcher{{200, 299}, {301, 301}};
  for (const int code : {200, 250, 299, 301}) EXPECT_TRUE(matches(matcher, code)) << code;
  for (const int code : {0, 199, 300, 302, 500}) EXPECT_FALSE(matches(matcher, code)) << code;
}

TEST(HealthCheckMatcher, WithoutRanges_NothingMatches) {
  EXPECT_FALSE(matches({}, 200));
}

}  // namespace
}  // namespace sluice
