#include "proxy/head_writer.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace sluice {
namespace {

TEST(HeadWriter, TextsNumbersAndFields_AreJoined) {
  char block[64];
  HeadWriter writer(block);
  writer << "a" << std::uint64_t{0} << " " << std::numeric_limits<std::uint64_t>::max() << Field{"X", "y"};
  EXPECT_EQ(writer.text(), "a0 18446744073709551615X: y\r\n");
  EXPECT_FALSE(writer.overflowed());
}

TEST(HeadWriter, ExactlyFull_IsNoOverflow) {
  char block[4];
  HeadWriter writer(block);
  writer << "ab"
         << "cd"
         << "";
  EXPECT_EQ(writer.text(), "abcd");
  EXPECT_FALSE(writer.overflowed());
}

TEST(HeadWriter, OneByteTooMany_IsRememberedAndNothingIsWrittenBehindTheEnd) {
  char block[5] = {0, 0, 0, 0, '!'};
  HeadWriter writer(std::span<char>(block, 4));
  writer << "abc"
         << "de";
  EXPECT_TRUE(writer.overflowed());
  writer << "f";
  EXPECT_TRUE(writer.overflowed()) << "what fits afterwards does not make it whole";
  EXPECT_EQ(block[4], '!');
}

TEST(HeadWriter, EmptyBlock_OverflowsAtTheFirstByte) {
  HeadWriter writer(std::span<char>{});
  writer << "";
  EXPECT_FALSE(writer.overflowed());
  writer << std::uint64_t{7};
  EXPECT_TRUE(writer.overflowed());
  EXPECT_EQ(writer.text(), "");
}

TEST(WriteHex, PadsAndCuts) {
  std::string text(8, '?');
  write_hex(text, 0xBEEF);
  EXPECT_EQ(text, "0000beef");
  write_hex(text, 0x123456789ABCDEF0u);
  EXPECT_EQ(text, "9abcdef0");
}

}  // namespace
}  // namespace sluice
