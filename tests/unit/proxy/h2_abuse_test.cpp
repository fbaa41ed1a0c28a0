#include "proxy/h2_abuse.h"

#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

namespace sluice {
namespace {

constexpr H2FrameHead empty_data{.type = NGHTTP2_DATA}, continuation{.type = NGHTTP2_CONTINUATION},
    head{.type = NGHTTP2_HEADERS}, priority{.type = NGHTTP2_PRIORITY},
    window_update{.type = NGHTTP2_WINDOW_UPDATE};

// How often something is done until it is too much; -1: it never is.
template <class Act>
int times_until(Abuse abuse, const Act& act) {
  H2Abuse counts;
  for (int i = 1; i <= 100'000; ++i)
    if (act(counts) == abuse) return i;
  return -1;
}

TEST(H2Abuse, EachFlood_EndsWhereTheTableSays) {
  EXPECT_LE(times_until(Abuse::resets, [](auto& c) { return c.reset_early(); }), 1000);
  EXPECT_LE(times_until(Abuse::stream_errors, [](auto& c) { return c.stream_error(); }), 100);
  EXPECT_EQ(times_until(Abuse::empty_data, [](auto& c) { return c.frame(empty_data); }), 2);
  EXPECT_EQ(times_until(Abuse::continuations, [](auto& c) { return c.frame(continuation); }), 8);
  EXPECT_EQ(times_until(Abuse::priorities, [](auto& c) { return c.frame(priority); }), 101);
  EXPECT_EQ(times_until(Abuse::window_updates, [](auto& c) { return c.frame(window_update); }), 6);
}

TEST(H2Abuse, PeerThatLetsItsRequestsBeServed_MayResetAsManyAgain) {
  H2Abuse counts;
  for (int i = 0; i < 10'000; ++i) {
    counts.stream_finished();
    ASSERT_EQ(counts.reset_early(), Abuse::none) << i;
  }
}

TEST(H2Abuse, Target_IsBorneWithALittleLonger) {
  H2Abuse counts(100);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(counts.frame(empty_data), Abuse::none) << i;
  EXPECT_EQ(counts.frame(empty_data), Abuse::empty_data);
  for (int i = 0; i < 500; ++i) ASSERT_EQ(counts.frame(window_update), Abuse::none) << i;
  EXPECT_EQ(counts.frame(window_update), Abuse::window_updates);
  for (int i = 0; i < 5000; ++i) ASSERT_EQ(counts.stream_error(), Abuse::none) << i;
  EXPECT_EQ(counts.stream_error(), Abuse::stream_errors);
}

TEST(H2Abuse, PeerThatResetsNowAndThen_DoesSoForever) {
  H2Abuse counts;
  for (int second = 0; second < 1000; ++second) {
    counts.forgive_resets(H2Abuse::resets_forgiven);
    for (std::uint32_t i = 0; i < H2Abuse::resets_forgiven; ++i)
      ASSERT_EQ(counts.reset_early(), Abuse::none) << second;
  }
  counts.forgive_resets(1'000'000);
  for (int i = 0; i < 200; ++i) ASSERT_EQ(counts.reset_early(), Abuse::none) << "and no more than the count";
  EXPECT_EQ(counts.reset_early(), Abuse::resets);
}

TEST(H2Abuse, WindowUpdatesAndPriorities_AreAllowedByWhatIsSentAndOpened) {
  H2Abuse counts;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(counts.frame(head), Abuse::none);
    counts.data_sent();
    for (int j = 0; j < 10; ++j) ASSERT_EQ(counts.frame(window_update), Abuse::none);
    for (int j = 0; j < 100; ++j) ASSERT_EQ(counts.frame(priority), Abuse::none);
  }
}

TEST(H2Abuse, HeadersThatDecodeToTwoLists_AreTooMany) {
  static constexpr H2Block::Limits list{.total = 1000, .fields = 100};  // of 4,200 bytes, then
  EXPECT_EQ(times_until(Abuse::header_lists, [](auto& c) { return c.field(68, list); }), 85);
  EXPECT_EQ(times_until(Abuse::header_lists, [](auto& c) { return c.field(0, list); }), 8400 / 32 + 1);
  H2Abuse counts;
  for (int block = 0; block < 100; ++block) {
    counts.block_begun();
    for (int i = 0; i < 84; ++i) ASSERT_EQ(counts.field(68, list), Abuse::none) << "each block by itself";
  }
}

TEST(H2Abuse, ListThatKeepsItsLimits_IsNone) {
  constexpr H2Block::Limits list{.total = 500, .fields = 100};
  H2Abuse counts;
  counts.block_begun();
  for (int i = 0; i < 105; ++i) ASSERT_EQ(counts.field(i < 100 ? 5 : 0, list), Abuse::none) << i;
}

TEST(H2Abuse, DataThatCarriesSomethingOrEnds_BeginsTheCountAnew) {
  H2Abuse counts;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(counts.frame(empty_data), Abuse::none);
    EXPECT_EQ(counts.frame({.length = 1, .type = NGHTTP2_DATA}), Abuse::none);
    EXPECT_EQ(counts.frame({.type = NGHTTP2_DATA, .flags = NGHTTP2_FLAG_END_STREAM}), Abuse::none);
  }
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(counts.frame(i % 8 != 0 ? continuation : head), Abuse::none) << "seven in a row are fine";
}

}  // namespace
}  // namespace sluice
