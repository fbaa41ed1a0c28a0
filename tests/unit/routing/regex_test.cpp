#include "routing/regex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace sluice {
namespace {

using testing::HasSubstr;

Regex regex(std::string_view text, LetterCase letters = LetterCase::sensitive) {
  auto compiled = Regex::compile(text, letters);
  if (!compiled) throw std::runtime_error(compiled.error());
  return *compiled;
}

TEST(Regex, WithoutAnchors_IsFoundAnywhere) {
  EXPECT_TRUE(regex("^/v[0-9]+/").found_in("/v12/users"));
  EXPECT_FALSE(regex("^/v[0-9]+/").found_in("/api/v12/"));
  EXPECT_TRUE(regex("v[0-9]").found_in("/api/v12/"));
  EXPECT_FALSE(regex("v[0-9]$").found_in("/api/v12/"));
  EXPECT_TRUE(regex("").found_in(""));
}

TEST(Regex, Letters_CountOrNotAsAsked) {
  EXPECT_FALSE(regex("^beta$").found_in("BETA"));
  EXPECT_TRUE(regex("^beta$", LetterCase::insensitive).found_in("BETA"));
}

TEST(Regex, BytesThatAreNotUtf8_AreBytes) {
  EXPECT_TRUE(
      regex("^a.b$").found_in("a\xFF"
                              "b"));
  EXPECT_TRUE(regex("^[^/]+$").found_in("\xC3("));
}

TEST(Regex, WhatIsNone_IsSaidWithTheReason) {
  const auto reason_of = [](std::string_view text) {
    const auto compiled = Regex::compile(text, LetterCase::sensitive);
    return compiled ? "compiled" : compiled.error();
  };
  EXPECT_EQ(reason_of("a(b"), "`a(b` is not a regular expression: missing ): a(b");
  EXPECT_THAT(reason_of("(?=x)"), HasSubstr("invalid perl operator")) << "no look-around";
  EXPECT_THAT(reason_of("(a)\\1"), HasSubstr("invalid escape sequence")) << "no back-references";
  EXPECT_THAT(reason_of("((a{100}){100}){100}"), HasSubstr("is not a regular expression"));
}

TEST(Regex, ThatNeedsMuchMemory_IsRefused) {
  std::string text;
  for (int i = 0; i < 146; ++i) text += ".{1000}";
  const auto compiled = Regex::compile(text, LetterCase::sensitive);
  ASSERT_FALSE(compiled);
  EXPECT_THAT(compiled.error(), HasSubstr("pattern too large"));
}

TEST(Regex, HostilePattern_StaysQuick) {
  const auto hostile = regex("^(a+)+(a|a)*(.*a){10}b$");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(hostile.found_in(std::string(16 * 1024, 'a')));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

TEST(Regex, WrittenAlike_IsEqual) {
  EXPECT_EQ(regex("a"), regex("a"));
  EXPECT_NE(regex("a"), regex("b"));
  EXPECT_NE(regex("a"), regex("a", LetterCase::insensitive));
  const auto one = regex("^(x)(y)$");
  const auto copy = one;
  EXPECT_EQ(one, copy);
  EXPECT_EQ(copy.text(), "^(x)(y)$");
  EXPECT_EQ(copy.groups(), 2);
}

}  // namespace
}  // namespace sluice
