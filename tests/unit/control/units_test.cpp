#include "control/units.h"

#include <gtest/gtest.h>

namespace sluice::config {
namespace {

using namespace std::chrono_literals;

TEST(Duration, EachUnit_IsRead) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("5s"), 5s);
  EXPECT_EQ(parse_duration("10m"), 10min);
  EXPECT_EQ(parse_duration("2h"), 2h);
  EXPECT_EQ(parse_duration("30d"), 720h);
  EXPECT_EQ(parse_duration("0s"), 0s);
  EXPECT_EQ(parse_duration("0"), 0s);
}

TEST(Duration, AnythingElse_SaysWhatWouldBeRight) {
  for (const auto* text : {"", "5", "s", "-5s", "5 s", "5S", "1.5s", "5sec", "5m30s", "99999999999999999999s",
                           "9223372036854775807d"})
    EXPECT_FALSE(parse_duration(text)) << text;
  EXPECT_EQ(parse_duration("5").error(),
            "`5` is not a duration; write a whole number with its unit, as 500ms, 5s, 10m, 1h or 30d");
}

TEST(Size, PlainBytesAndUnits_AreRead) {
  EXPECT_EQ(parse_size("0"), 0u);
  EXPECT_EQ(parse_size("1500"), 1500u);
  EXPECT_EQ(parse_size("12B"), 12u);
  EXPECT_EQ(parse_size("64KiB"), 65536u);
  EXPECT_EQ(parse_size("1MiB"), 1048576u);
  EXPECT_EQ(parse_size("2GiB"), 2147483648u);
}

TEST(Size, AnythingElse_IsRefused) {
  for (const auto* text : {"", "KiB", "64K", "64KB", "64kib", "-1", "1.5MiB", "99999999999GiB", "0x10"})
    EXPECT_FALSE(parse_size(text)) << text;
}

TEST(Share, Percents_AreFractions) {
  EXPECT_DOUBLE_EQ(*parse_share("10%"), 0.1);
  EXPECT_DOUBLE_EQ(*parse_share("0.5%"), 0.005);
  EXPECT_DOUBLE_EQ(*parse_share("100%"), 1);
  for (const auto* text : {"", "%", "10", "101%", "-1%", "10 %", "10%%", "nan%", "inf%", "1e1%"})
    EXPECT_FALSE(parse_share(text)) << text;
}

TEST(UnitTexts, AreTheShortestThatReadBack) {
  for (const auto* text : {"0s", "500ms", "90s", "1m", "1h", "30d"})
    EXPECT_EQ(duration_text(*parse_duration(text)), text);
  for (const auto* text : {"0", "1500B", "64KiB", "1MiB"}) EXPECT_EQ(size_text(*parse_size(text)), text);
}

}  // namespace
}  // namespace sluice::config
