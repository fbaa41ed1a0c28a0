#include "proxy/h2_frame_heads.h"

#include <gtest/gtest.h>

#include <vector>

namespace sluice {
namespace {

using namespace std::literals;

constexpr auto said =
    "preface"
    "\0\0\0\4\0\0\0\0\0"
    "\0\1\2\0\1\0\0\0\1"sv;

TEST(H2FrameHeads, FramesInPiecesOfAnySize_AreFound) {
  const auto text = std::string(said) + std::string(258, 'x') + "\0\0\0\10\5\0\0\0\0"s;
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    H2FrameHeads heads(7);
    std::vector<H2FrameHead> found;
    for (std::size_t at = 0; at < text.size(); at += piece) {
      const auto bytes = std::string_view(text).substr(at, piece);
      int budget = 10;
      ASSERT_EQ(heads.read(bytes, budget,
                           [&](const H2FrameHead& head) {
                             found.push_back(head);
                             return 1;
                           }),
                bytes.size());
    }
    ASSERT_EQ(found.size(), 3u) << piece;
    EXPECT_EQ(found[0].type, 4);
    EXPECT_EQ(found[1].length, 258u);
    EXPECT_EQ(found[1].flags, 1);
    EXPECT_EQ(found[2].type, 8);
    EXPECT_EQ(found[2].flags, 5);
  }
}

TEST(H2FrameHeads, FramesUpToABudget_AreRead) {
  std::string text;
  for (int i = 0; i < 10; ++i) text += "\0\0\1\6\0\0\0\0\0x"s;
  H2FrameHeads heads(0);
  int found = 0;
  const auto count = [&](const H2FrameHead&) {
    ++found;
    return 2;
  };
  int budget = 5;
  EXPECT_EQ(heads.read(text, budget, count), 29u) << "as far as the third one's head";
  EXPECT_EQ(budget, -1);
  budget = 100;
  EXPECT_EQ(heads.read(std::string_view(text).substr(29), budget, count), 71u);
  EXPECT_EQ(budget, 86);
  EXPECT_EQ(found, 10);
}

}  // namespace
}  // namespace sluice
