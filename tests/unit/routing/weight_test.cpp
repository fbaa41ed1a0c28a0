#include "routing/weight.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(Weight, Decimals_ParseToMillionths) {
  EXPECT_EQ(Weight::parse("90"), Weight{90'000'000});
  EXPECT_EQ(Weight::parse("0.5"), Weight{500'000});
  EXPECT_EQ(Weight::parse("99.999999"), Weight{99'999'999});
  EXPECT_EQ(Weight::parse("0"), Weight{0});
  EXPECT_EQ(Weight::parse("007.10"), Weight{7'100'000});
  EXPECT_EQ(Weight::parse("1000000000"), Weight{Weight::max});
}

TEST(Weight, AnythingElse_IsRefused) {
  for (const auto* text : {"", " 1", "1 ", "+1", "-1", "1.", ".5", ".", "1e3", "0x10", "1,5", "1.0000001",
                           "1000000000.000001", "1000000001", "99999999999", "nan", "inf", "1.2.3", "10%"})
    EXPECT_FALSE(Weight::parse(text)) << text;
}

TEST(Weight, Text_IsTheShortestThatParsesBack) {
  for (const auto* text : {"0", "90", "0.5", "99.999999", "0.000001", "1000000000"}) {
    ASSERT_TRUE(Weight::parse(text));
    EXPECT_EQ(Weight::parse(text)->text(), text);
  }
  EXPECT_EQ(Weight::parse("7.100")->text(), "7.1");
}

}  // namespace
}  // namespace sluice
