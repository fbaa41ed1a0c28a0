// The draws of faults: exact shares, and no draw that tells of another.
#include "routing/fault.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

struct FaultTest : testing::Test {
  SlotTable slots;
  Sequences sequences{5};

  Chance chance(std::uint64_t percent, const std::string& name) {
    return {.width = Split::whole / 100 * percent, .decision = slots.intern(name)};
  }
};

TEST_F(FaultTest, Share_IsExactOverAnyStretch) {
  const auto tenth = chance(10, "delay");
  for (int stretch = 0; stretch < 20; ++stretch) {
    int fell = 0;
    for (int i = 0; i < 1000; ++i) fell += tenth.falls(sequences);
    EXPECT_NEAR(fell, 100, 4) << stretch;
  }
}

TEST_F(FaultTest, DelayAndAbort_FallIndependently) {
  const auto delay = chance(20, "delay"), abort = chance(50, "abort");
  int both = 0;
  for (int i = 0; i < 10'000; ++i) {
    const bool delayed = delay.falls(sequences), aborted = abort.falls(sequences);
    both += delayed && aborted;
  }
  EXPECT_NEAR(both, 1000, 100);
}

TEST_F(FaultTest, SplitOfRequestsWithoutIdentity_IsHitEvenly) {
  const auto abort = chance(10, "abort");
  const auto split = slots.intern("split");
  int in_canary = 0;
  for (int i = 0; i < 10'000; ++i) {
    const bool canary = Split::Share{sequences.next_of_split(split)} < Split::whole / 100 * 10;
    const bool aborted = abort.falls(sequences);
    in_canary += canary && aborted;
  }
  EXPECT_NEAR(in_canary, 100, 30);
}

TEST_F(FaultTest, AllAndNone_AreAllAndNone) {
  const auto all = chance(100, "all");
  const Chance none;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(all.falls(sequences));
    EXPECT_FALSE(none.falls(sequences));
  }
}

}  // namespace
}  // namespace sluice
