// When rollouts are frozen: weeks, dates, windows that join, and clocks that are changed.
#include "control/rollout/freeze.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "control/read_freeze.h"

namespace sluice {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

config::FreezeWindow window(const std::string& from, const std::string& to,
                            const std::string& zone = "Europe/Berlin") {
  return {config::freeze_point(from).value(), config::freeze_point(to).value(), zone};
}

WallTime utc(const std::string& text) {
  const auto point = config::freeze_point(text).value();
  return WallTime(std::get<config::DateTime>(point).time_since_epoch());
}

using Until = std::optional<WallTime>;

TEST(Freeze, WithoutWindows_NothingIsFrozen) {
  EXPECT_EQ(frozen_until({}, utc("2026-12-04 17:00")), std::nullopt);
}

TEST(Freeze, WeekWindow_HoldsFromItsBeginningToBeforeItsEnd) {
  const std::vector windows{window("Fri 16:00", "Mon 08:00")};  // in winter UTC+1
  EXPECT_EQ(frozen_until(windows, utc("2026-12-04 14:59")), std::nullopt);
  EXPECT_EQ(frozen_until(windows, utc("2026-12-04 15:00")), Until(utc("2026-12-07 07:00")));
  EXPECT_EQ(frozen_until(windows, utc("2026-12-06 12:00")), Until(utc("2026-12-07 07:00")));
  EXPECT_EQ(frozen_until(windows, utc("2026-12-07 07:00") - std::chrono::seconds(1)),
            Until(utc("2026-12-07 07:00")));
  EXPECT_EQ(frozen_until(windows, utc("2026-12-07 07:00")), std::nullopt);
}

TEST(Freeze, WeekWindowInsideOneDay_IsThatDayOnly) {
  const std::vector windows{window("Wed 12:00", "Wed 14:00", "UTC")};
  EXPECT_EQ(frozen_until(windows, utc("2026-12-02 13:00")), Until(utc("2026-12-02 14:00")));
  EXPECT_EQ(frozen_until(windows, utc("2026-12-03 13:00")), std::nullopt);
}

TEST(Freeze, WeekWindowThatEndsEarlierTheSameDay_IsNearlyAWeek) {
  const std::vector windows{window("Wed 14:00", "Wed 12:00", "UTC")};
  EXPECT_EQ(frozen_until(windows, utc("2026-12-02 13:00")), std::nullopt);
  EXPECT_EQ(frozen_until(windows, utc("2026-12-02 11:00")), Until(utc("2026-12-02 12:00")));
  EXPECT_EQ(frozen_until(windows, utc("2026-12-02 15:00")), Until(utc("2026-12-09 12:00")));
}

TEST(Freeze, Midnight_IsWrittenEitherWay) {
  EXPECT_EQ(frozen_until({window("Sat 00:00", "Sun 24:00", "UTC")}, utc("2026-12-05 01:00")),
            Until(utc("2026-12-07 00:00")));
  EXPECT_EQ(frozen_until({window("Fri 24:00", "Mon 00:00", "UTC")}, utc("2026-12-05 01:00")),
            Until(utc("2026-12-07 00:00")));
  EXPECT_EQ(frozen_until({window("Sat 24:00", "Sun 12:00", "UTC")}, utc("2026-12-06 01:00")),
            Until(utc("2026-12-06 12:00")));
}

TEST(Freeze, DateWindow_HoldsOnce) {
  const std::vector windows{window("2026-12-20 00:00", "2027-01-02 08:00", "America/New_York")};  // UTC-5
  EXPECT_EQ(frozen_until(windows, utc("2026-12-20 04:59")), std::nullopt);
  EXPECT_EQ(frozen_until(windows, utc("2026-12-20 05:00")), Until(utc("2027-01-02 13:00")));
  EXPECT_EQ(frozen_until(windows, utc("2027-01-02 13:00")), std::nullopt);
  EXPECT_EQ(frozen_until(windows, utc("2027-12-24 12:00")), std::nullopt);
}

TEST(Freeze, WindowsThatOverlapOrTouch_AreOne) {
  const std::vector windows{window("Mon 08:00", "Mon 10:00", "UTC"), window("Fri 16:00", "Mon 08:00", "UTC"),
                            window("2026-12-05 00:00", "2026-12-07 09:00", "UTC")};
  EXPECT_EQ(frozen_until(windows, utc("2026-12-04 16:00")), Until(utc("2026-12-07 10:00")));
}

TEST(Freeze, NoGapAtAll_EndsAboutAYearAhead) {
  const std::vector windows{window("Mon 00:00", "Fri 00:00", "UTC"), window("Fri 00:00", "Mon 00:00", "UTC")};
  const auto now = utc("2026-12-04 16:00");
  const auto until = frozen_until(windows, now);
  ASSERT_TRUE(until);
  EXPECT_GE(*until, now + std::chrono::days(366));
  EXPECT_LE(*until, now + std::chrono::days(380));
}

// 2026-10-25: at 03:00 summer time (01:00 UTC) clocks go back to 02:00.
TEST(Freeze, TimeThatClocksShowTwice_BeginsAtTheFirstAndEndsAtTheSecond) {
  const std::vector begins{window("Sun 02:30", "Sun 06:00")};
  EXPECT_EQ(frozen_until(begins, utc("2026-10-25 00:29")), std::nullopt);
  EXPECT_EQ(frozen_until(begins, utc("2026-10-25 00:30")), Until(utc("2026-10-25 05:00")));
  const std::vector ends{window("Sat 20:00", "Sun 02:30")};
  EXPECT_EQ(frozen_until(ends, utc("2026-10-25 00:30")), Until(utc("2026-10-25 01:30")));
  EXPECT_EQ(frozen_until(ends, utc("2026-10-25 01:30")), std::nullopt);
}

// 2026-03-29: at 02:00 (01:00 UTC) clocks go on to 03:00.
TEST(Freeze, TimeThatClocksSkip_IsWhenTheySkipIt) {
  const std::vector begins{window("Sun 02:30", "Sun 06:00")};
  EXPECT_EQ(frozen_until(begins, utc("2026-03-29 00:59")), std::nullopt);
  EXPECT_EQ(frozen_until(begins, utc("2026-03-29 01:00")), Until(utc("2026-03-29 04:00")));
  const std::vector ends{window("Sat 20:00", "Sun 02:30")};
  EXPECT_EQ(frozen_until(ends, utc("2026-03-29 00:30")), Until(utc("2026-03-29 01:00")));
  const std::vector nothing{window("Sun 02:10", "Sun 02:50")};
  EXPECT_EQ(frozen_until(nothing, utc("2026-03-29 01:00")), std::nullopt);
}

TEST(Freeze, WeekendOfChangedClocks_EndsAtTheTimeOnTheClock) {
  const std::vector windows{window("Fri 16:00", "Mon 08:00")};
  EXPECT_EQ(frozen_until(windows, utc("2026-10-23 14:00")), Until(utc("2026-10-26 07:00")));
  EXPECT_EQ(frozen_until(windows, utc("2026-03-27 15:00")), Until(utc("2026-03-30 06:00")));
}

TEST(Freeze, AnyWindowsAtAnyTime_EndLaterAndAreOverThen) {
  std::mt19937 random(7);
  const auto pick = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  const std::vector<std::string> zones{"Europe/Berlin", "UTC", "Australia/Lord_Howe", "America/New_York"};
  const auto place = [&](int least, int days) {
    return config::WeekTime{std::chrono::weekday(static_cast<unsigned>(least + pick(days))),
                            minutes(pick(24 * 60))};
  };
  int frozen = 0;
  for (int i = 0; i < 3000; ++i) {
    std::vector<config::FreezeWindow> windows;
    for (int n = pick(3); n >= 0; --n)  // never on Wednesdays, so that each freeze ends
      windows.push_back({place(4, 3), place(0, 2), zones[static_cast<std::size_t>(pick(4))]});
    const auto now = utc("2026-01-01 00:00") + minutes(pick(2 * 365 * 24 * 60));
    const auto until = frozen_until(windows, now);
    if (!until) continue;
    ++frozen;
    ASSERT_GT(*until, now);
    ASSERT_EQ(frozen_until(windows, *until), std::nullopt);
    ASSERT_EQ(frozen_until(windows, *until - std::chrono::seconds(1)), until);
  }
  EXPECT_GT(frozen, 500);
}

}  // namespace
}  // namespace sluice
