// Single values of strategies.
#include "control/strategy_scalars.h"

#include <gtest/gtest.h>

namespace sluice::config {
namespace {

constexpr auto unit = Weight::unit;

TEST(SomePercent, AboveZeroToAHundred_IsRead) {
  EXPECT_EQ(some_percent("10%").value(), Weight{10 * unit});
  EXPECT_EQ(some_percent("0.0001%").value(), Weight{100});
  EXPECT_EQ(some_percent("100%").value(), Weight{100 * unit});
}

TEST(SomePercent, AnythingElse_IsNone) {
  for (const auto* text : {"", "%", "10", "0%", "0.0%", "100.0001%", "-1%", "1e1%", "10 %", "10%%"})
    EXPECT_FALSE(some_percent(text)) << text;
  EXPECT_EQ(some_percent("0%").error(), "`0%` is out of range; it must be above 0%, at most 100%");
}

TEST(PlainPercent, IsRightWithTheSignAndWithout) {
  EXPECT_EQ(plain_percent("10").value(), Weight{10 * unit});
  EXPECT_EQ(plain_percent("10%").value(), Weight{10 * unit});
  EXPECT_EQ(plain_percent("0.5").value(), Weight{unit / 2});
  for (const auto* text : {"", "%", "0", "0%", "101", "ten", "-1", "10%%"})
    EXPECT_FALSE(plain_percent(text)) << text;
  EXPECT_EQ(plain_percent("ten").error(),
            "`ten` is not a percentage; write a number above 0, at most 100, as 10 or 0.5");
}

TEST(Confidence, IsAtLeastAHalfAndNeverCertain) {
  EXPECT_EQ(confidence("50%").value(), Weight{50 * unit});
  EXPECT_EQ(confidence("99.9%").value(), Weight{99'900'000});
  for (const auto* text : {"49.9%", "100%", "99", ""}) EXPECT_FALSE(confidence(text)) << text;
}

TEST(Quantile, IsPAndAPercentage) {
  EXPECT_EQ(quantile("p50").value(), Weight{50 * unit});
  EXPECT_EQ(quantile("p99.9").value(), Weight{99'900'000});
  for (const auto* text : {"", "p", "99", "p0", "p100", "p999", "P99", "p-1", "p99%"})
    EXPECT_FALSE(quantile(text)) << text;
}

TEST(Ratio, IsAtLeastOne) {
  EXPECT_EQ(ratio("1").value(), Weight{unit});
  EXPECT_EQ(ratio("1.3").value(), Weight{1'300'000});
  EXPECT_EQ(ratio("1000").value(), Weight{1000 * unit});
  for (const auto* text : {"", "0.99", "1000.1", "-2", "x"}) EXPECT_FALSE(ratio(text)) << text;
}

TEST(Decimal, IsAnyFiniteNumber) {
  EXPECT_EQ(decimal("0.01").value(), 0.01);
  EXPECT_EQ(decimal("-3").value(), -3.0);
  EXPECT_EQ(decimal("1e-3").value(), 0.001);
  for (const auto* text : {"", "x", "1x", "nan", "inf", "1e999", "0x1", " 1"})
    EXPECT_FALSE(decimal(text)) << text;
}

TEST(BatchSize, IsACountAShareOrAWord) {
  EXPECT_EQ(batch_size("2").value(), BatchSize(2u));
  EXPECT_EQ(batch_size("one").value(), BatchSize(1u));
  EXPECT_EQ(batch_size("25%").value(), BatchSize(Weight{25 * unit}));
  EXPECT_EQ(batch_size("half").value(), BatchSize(Weight{50 * unit}));
  for (const auto* text : {"", "0", "0%", "101%", "-1", "1.5", "all", "100001"})
    EXPECT_FALSE(batch_size(text)) << text;
}

TEST(HttpUrl, IsSchemeHostAndWhatFollows) {
  for (const auto* text :
       {"http://prom:9090", "https://ci.example.com/smoke", "http://127.0.0.1/", "http://[::1]:80/a",
        "https://[::1]", "https://a.example.com?x=1", "http://a/b?c=d&e=%20"})
    EXPECT_EQ(http_url(text).value_or("none"), text);
}

TEST(HttpUrl, AnythingElse_IsNone) {
  for (const auto* text :
       {"", "prom:9090", "ftp://a", "HTTP://a", "http://", "http:///x", "http://a b", "http://a/b c",
        "http://user@a/", "http://a:0/", "http://a:99999/", "http://a:/", "http://a/#b", "http://a/\r\nX: y",
        "http://[::1/", "http://\xC3\xA4/", "http://a_b@"})
    EXPECT_FALSE(http_url(text)) << text;
}

}  // namespace
}  // namespace sluice::config
