#include "routing/glob.h"

#include <gtest/gtest.h>

#include <chrono>

namespace sluice {
namespace {

bool sensitive(std::string_view pattern, std::string_view text) {
  return glob_matches(pattern, text, LetterCase::sensitive);
}

TEST(Glob, WithoutWildcards_IsEquality) {
  EXPECT_TRUE(sensitive("/api", "/api"));
  EXPECT_FALSE(sensitive("/api", "/api/"));
  EXPECT_FALSE(sensitive("/api/", "/api"));
  EXPECT_TRUE(sensitive("", ""));
  EXPECT_FALSE(sensitive("", "x"));
}

TEST(Glob, Star_IsAnyRunEvenOfNothing) {
  EXPECT_TRUE(sensitive("/api/*", "/api/"));
  EXPECT_TRUE(sensitive("/api/*", "/api/a/b"));
  EXPECT_FALSE(sensitive("/api/*", "/api"));
  EXPECT_TRUE(sensitive("*", ""));
  EXPECT_TRUE(sensitive("**", "x"));
  EXPECT_TRUE(sensitive("*.png", "/a.png.png"));
}

TEST(Glob, QuestionMark_IsExactlyOne) {
  EXPECT_TRUE(sensitive("/v?/x", "/v1/x"));
  EXPECT_FALSE(sensitive("/v?/x", "/v/x"));
  EXPECT_FALSE(sensitive("/v?/x", "/v12/x"));
  EXPECT_FALSE(sensitive("?", ""));
}

TEST(Glob, StarThatTookTooLittle_TakesMore) {
  EXPECT_TRUE(sensitive("a*bc*d", "abxbcxbcd"));
  EXPECT_FALSE(sensitive("a*bc*d", "abxbx"));
  EXPECT_TRUE(sensitive("*a?c", "xabcabc"));
}

TEST(Glob, Letters_CountOrNotAsAsked) {
  EXPECT_FALSE(sensitive("/API", "/api"));
  EXPECT_TRUE(glob_matches("*.EXAMPLE.com", "Shop.example.COM", LetterCase::insensitive));
  EXPECT_FALSE(glob_matches("[", "{", LetterCase::insensitive)) << "only letters have two cases";
  EXPECT_FALSE(glob_matches("@", "`", LetterCase::insensitive));
}

TEST(Glob, HostilePattern_StaysQuick) {
  std::string pattern;
  for (int i = 0; i < 63; ++i) pattern += "*a";
  const std::string text(16 * 1024, 'a');
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(sensitive(pattern + "b", text));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

}  // namespace
}  // namespace sluice
