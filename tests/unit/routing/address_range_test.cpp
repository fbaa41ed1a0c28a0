#include "routing/address_range.h"

#include <gtest/gtest.h>

#include <vector>

namespace sluice {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

Bytes v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, a, b, c, d};
}

TEST(RangeOfAddresses, BlockOfV4_HasTheAddressesWithItsPrefix) {
  const AddressRange range{v4(172, 16, 0, 0), 96 + 12};
  EXPECT_TRUE(range.contains(v4(172, 16, 0, 0)));
  EXPECT_TRUE(range.contains(v4(172, 31, 255, 255)));
  EXPECT_FALSE(range.contains(v4(172, 32, 0, 0)));
  EXPECT_FALSE(range.contains(v4(172, 15, 255, 255)));
  EXPECT_FALSE(range.contains(Bytes{172, 16})) << "a v6 address that begins alike";
}

TEST(RangeOfAddresses, BlockOfV6_HasTheAddressesWithItsPrefix) {
  const AddressRange range{{0x20, 0x01, 0x0d, 0xb8}, 32};
  EXPECT_TRUE(range.contains({0x20, 0x01, 0x0d, 0xb8, 1, 2, 3}));
  EXPECT_FALSE(range.contains({0x20, 0x01, 0x0d, 0xb9}));
  EXPECT_FALSE(range.contains(v4(32, 1, 13, 184)));
}

TEST(RangeOfAddresses, Several_ContainWhatAnyDoes) {
  const std::vector<AddressRange> ranges{{v4(10, 0, 0, 0), 104}, {v4(192, 168, 0, 0), 112}};
  EXPECT_TRUE(contain(ranges, v4(10, 1, 2, 3)));
  EXPECT_TRUE(contain(ranges, v4(192, 168, 9, 9)));
  EXPECT_FALSE(contain(ranges, v4(192, 169, 0, 0)));
  EXPECT_FALSE(contain({}, v4(10, 1, 2, 3)));
}

TEST(RangeOfAddresses, WholeAddress_HasItselfOnly) {
  const AddressRange range{v4(1, 2, 3, 4), 128};
  EXPECT_TRUE(range.contains(v4(1, 2, 3, 4)));
  EXPECT_FALSE(range.contains(v4(1, 2, 3, 5)));
}

TEST(RangeOfAddresses, NoPrefix_HasAll) {
  EXPECT_TRUE((AddressRange{{}, 0}.contains(v4(9, 9, 9, 9))));
  EXPECT_TRUE((AddressRange{v4(0, 0, 0, 0), 96}.contains(v4(255, 9, 9, 9)))) << "0.0.0.0/0";
  EXPECT_FALSE((AddressRange{v4(0, 0, 0, 0), 96}.contains(Bytes{1})));
}

TEST(RangeOfAddresses, Equal_AreThoseWrittenAlike) {
  EXPECT_EQ((AddressRange{v4(10, 0, 0, 0), 104}), (AddressRange{v4(10, 0, 0, 0), 104}));
  EXPECT_NE((AddressRange{v4(10, 0, 0, 0), 104}), (AddressRange{v4(10, 0, 0, 0), 105}));
}

}  // namespace
}  // namespace sluice
