#include "routing/glob.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <vector>

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

TEST(Glob, Escaped_IsTheCharacterItself) {
  EXPECT_TRUE(sensitive("a\\*", "a*"));
  EXPECT_FALSE(sensitive("a\\*", "ab"));
  EXPECT_TRUE(sensitive("a\\?", "a?"));
  EXPECT_FALSE(sensitive("a\\?", "ab"));
  EXPECT_TRUE(sensitive("a\\\\*", "a\\bc")) << "an escaped backslash, then a wildcard";
  EXPECT_TRUE(sensitive("*\\**", "ab*c"));
  EXPECT_FALSE(sensitive("*\\**", "abc"));
}

TEST(Glob, BackslashBeforeAnythingElse_IsABackslash) {
  EXPECT_TRUE(sensitive("a\\b", "a\\b"));
  EXPECT_FALSE(sensitive("a\\b", "ab"));
  EXPECT_TRUE(sensitive("a\\", "a\\"));
  EXPECT_FALSE(sensitive("a\\", "a"));
}

// Against a table of all prefixes: row by row, do the first p elements of the pattern match text[0..t)?
bool by_table(const std::vector<std::string>& elements, std::string_view text) {
  std::vector<bool> row(text.size() + 1);
  row[0] = true;
  for (const auto& element : elements) {
    std::vector<bool> next(text.size() + 1);
    next[0] = element == "*" && row[0];
    for (std::size_t t = 1; t <= text.size(); ++t)
      next[t] = element == "*" ? next[t - 1] || row[t]
                               : row[t - 1] && (element == "?" || element.back() == text[t - 1]);
    row = std::move(next);
  }
  return row[text.size()];
}

TEST(Glob, RandomPatterns_MatchAsATableSays) {
  std::mt19937_64 random(11);
  int matched = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::vector<std::string> elements(random() % 7);
    for (auto& element : elements)
      element = std::vector<std::string>{"*", "?", "\\*", "\\?", "\\\\", "a", "b"}[random() % 7];
    std::string pattern, text(random() % 7, ' ');
    for (const auto& element : elements) pattern += element;
    for (auto& c : text) c = "ab*?\\"[random() % 5];
    ASSERT_EQ(sensitive(pattern, text), by_table(elements, text)) << pattern << " " << text;
    matched += sensitive(pattern, text);
    const auto ends = glob_ends(pattern);
    ASSERT_TRUE(!sensitive(pattern, text) || (text.starts_with(ends.prefix) && text.ends_with(ends.suffix)));
  }
  EXPECT_GT(matched, 1000);
}

TEST(GlobEnds, AreTheTextAroundTheWildcards) {
  const auto ends = [](std::string_view pattern) {
    const auto found = glob_ends(pattern);
    return std::pair(found.prefix, found.suffix);
  };
  const auto pair = [](const char* prefix, const char* suffix) {
    return std::pair<std::string, std::string>(prefix, suffix);
  };
  EXPECT_EQ(ends("/api/*"), pair("/api/", ""));
  EXPECT_EQ(ends("*.example.com"), pair("", ".example.com"));
  EXPECT_EQ(ends("a*b?c"), pair("a", "c"));
  EXPECT_EQ(ends("a?"), pair("a", ""));
  EXPECT_EQ(ends("abc"), pair("abc", "abc"));
  EXPECT_EQ(ends("a\\*b*c\\?"), pair("a*b", "c?"));
  EXPECT_EQ(ends(""), pair("", ""));
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
