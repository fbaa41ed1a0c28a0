// When overload begins and ends, look by look.
#include "health/overload.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t MiB = 1024 * 1024;
constexpr OverloadLimits limits{.memory = 100 * MiB, .loop_lag = 500ms};

struct OverloadTest : testing::Test {
  Overload state;

  bool after(int looks, const OverloadReading& reading, OverloadReason reason) {
    for (int i = 0; i < looks; ++i) state = look(state, limits, reading);
    return state.is_over(reason);
  }
  bool memory(int looks, std::uint64_t bytes) {
    return after(looks, {.memory = bytes}, OverloadReason::memory);
  }
  bool lag(int looks, std::chrono::milliseconds late) {
    return after(looks, {.memory = 0, .loop_lag = late}, OverloadReason::loop_lag);
  }
};

TEST_F(OverloadTest, Memory_BeginsAtTheFirstLookAtTheLimit) {
  EXPECT_FALSE(memory(100, 100 * MiB - 1));
  EXPECT_TRUE(memory(1, 100 * MiB));
  EXPECT_TRUE(state.is_over());
}

TEST_F(OverloadTest, Memory_EndsAfterAQuietSecondBelowNinetyFivePercent) {
  memory(1, 100 * MiB);
  EXPECT_TRUE(memory(100, 96 * MiB)) << "between the two nothing changes";
  EXPECT_TRUE(memory(9, 94 * MiB));
  EXPECT_TRUE(memory(1, 96 * MiB)) << "the second begins anew";
  EXPECT_TRUE(memory(9, 94 * MiB));
  EXPECT_FALSE(memory(1, 94 * MiB));
}

// As when the machine was suspended: everybody looks late once.
TEST_F(OverloadTest, Lag_BeginsAtTheSecondLookInARow) {
  EXPECT_FALSE(lag(1, 10s));
  EXPECT_FALSE(lag(1, 0ms));
  EXPECT_FALSE(lag(1, 10s));
  EXPECT_TRUE(lag(1, 600ms));
}

TEST_F(OverloadTest, Lag_EndsAfterAQuietSecondOfLessThanHalf) {
  lag(2, 500ms);
  EXPECT_TRUE(lag(50, 250ms));
  EXPECT_TRUE(lag(9, 249ms));
  EXPECT_FALSE(lag(1, 0ms));
}

TEST_F(OverloadTest, Reasons_EndEachByItself) {
  const OverloadReading both{.memory = 200 * MiB, .loop_lag = 2s};
  after(2, both, OverloadReason::memory);
  EXPECT_FALSE(after(10, {.memory = 0, .loop_lag = 2s}, OverloadReason::memory));
  EXPECT_TRUE(state.is_over(OverloadReason::loop_lag));
  EXPECT_TRUE(state.is_over());
}

TEST_F(OverloadTest, WithoutLimits_NothingBeginsAndWhatHasBegunEnds) {
  Overload unlimited;
  for (int i = 0; i < 10; ++i) unlimited = look(unlimited, {}, {.memory = ~0ull, .loop_lag = 1h});
  EXPECT_FALSE(unlimited.is_over());
  memory(1, 100 * MiB);
  for (int i = 0; i < 10; ++i) state = look(state, {}, {.memory = 100 * MiB});
  EXPECT_FALSE(state.is_over()) << "a reload took the limit away";
}

}  // namespace
}  // namespace sluice
