#include "routing/pattern.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

Regex regex(std::string_view text, LetterCase letters) {
  return Regex::compile(text, letters).value();
}

TEST(Patterns, OneGlobThatFits_IsEnough) {
  const Patterns patterns{{"a*", "b"}};
  EXPECT_TRUE(patterns.fit("abc", LetterCase::sensitive));
  EXPECT_TRUE(patterns.fit("b", LetterCase::sensitive));
  EXPECT_FALSE(patterns.fit("c", LetterCase::sensitive));
  EXPECT_FALSE(patterns.fit("B", LetterCase::sensitive));
  EXPECT_TRUE(patterns.fit("B", LetterCase::insensitive));
}

TEST(Patterns, OneRegexThatIsFound_IsEnough) {
  const Patterns patterns{{}, {regex("^x", LetterCase::sensitive), regex("[0-9]+$", LetterCase::sensitive)}};
  EXPECT_TRUE(patterns.fit("xy", LetterCase::sensitive));
  EXPECT_TRUE(patterns.fit("v12", LetterCase::sensitive));
  EXPECT_FALSE(patterns.fit("v12x", LetterCase::sensitive));
  EXPECT_FALSE(patterns.fit("XY", LetterCase::insensitive)) << "a regex has its letter case from compiling";
}

TEST(Patterns, None_FitNothing) {
  EXPECT_FALSE(Patterns{}.fit("", LetterCase::sensitive));
}

TEST(Patterns, Equal_AreThoseWrittenAlike) {
  EXPECT_EQ((Patterns{{"a"}, {regex("x", LetterCase::sensitive)}}),
            (Patterns{{"a"}, {regex("x", LetterCase::sensitive)}}));
  EXPECT_NE((Patterns{{"a"}}), (Patterns{{"b"}}));
  EXPECT_NE((Patterns{{}, {regex("x", LetterCase::sensitive)}}),
            (Patterns{{}, {regex("x", LetterCase::insensitive)}}));
}

}  // namespace
}  // namespace sluice
