#include "routing/literal_trie.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The literals that `text` begins with, in the order in which they are found.
std::vector<std::string> found(const std::vector<std::string>& literals, std::string_view text) {
  std::vector<std::string> result;
  LiteralTrie(literals).find_each(text, [&](std::uint32_t i) { result.push_back(literals[i]); });
  return result;
}

TEST(LiteralTrie, WithoutLiterals_FindsNothing) {
  EXPECT_THAT(found({}, ""), IsEmpty());
  EXPECT_THAT(found({}, "/a"), IsEmpty());
  bool called = false;
  LiteralTrie().find_each("/a", [&](std::uint32_t) { called = true; });
  EXPECT_FALSE(called);
}

TEST(LiteralTrie, OneLiteral_IsFoundInWhatBeginsWithIt) {
  EXPECT_THAT(found({"/api/"}, "/api/"), ElementsAre("/api/"));
  EXPECT_THAT(found({"/api/"}, "/api/x"), ElementsAre("/api/"));
  EXPECT_THAT(found({"/api/"}, "/api"), IsEmpty());
  EXPECT_THAT(found({"/api/"}, "/apx/"), IsEmpty());
  EXPECT_THAT(found({"/api/"}, ""), IsEmpty());
}

TEST(LiteralTrie, NestedLiterals_AreAllFoundTheShortestFirst) {
  const std::vector<std::string> literals{"/", "/a", "/a/b", "/a/c", "/ab"};
  EXPECT_THAT(found(literals, "/a/b/c"), ElementsAre("/", "/a", "/a/b"));
  EXPECT_THAT(found(literals, "/ab"), ElementsAre("/", "/a", "/ab"));
  EXPECT_THAT(found(literals, "/x"), ElementsAre("/"));
  EXPECT_THAT(found(literals, "a"), IsEmpty());
}

TEST(LiteralTrie, LiteralsThatPartWithinAWord_AreToldApart) {
  const std::vector<std::string> literals{"/service-1/", "/service-10/", "/service-2/"};
  EXPECT_THAT(found(literals, "/service-10/x"), ElementsAre("/service-10/"));
  EXPECT_THAT(found(literals, "/service-1/x"), ElementsAre("/service-1/"));
  EXPECT_THAT(found(literals, "/service-3/x"), IsEmpty());
}

TEST(LiteralTrie, EmptyLiteral_IsInEveryText) {
  EXPECT_THAT(found({"", "a"}, ""), ElementsAre(""));
  EXPECT_THAT(found({"", "a"}, "ab"), ElementsAre("", "a"));
}

TEST(LiteralTrie, AnyBytes_AreCharactersLikeOthers) {
  std::vector<std::string> literals{std::string("\0", 1), std::string("\0a", 2), "a\xFF", "\x80"};
  std::ranges::sort(literals);
  EXPECT_THAT(found(literals, std::string_view("\0a", 2)),
              ElementsAre(std::string("\0", 1), std::string("\0a", 2)));
  EXPECT_THAT(found(literals, "a\xFF\xFF"), ElementsAre("a\xFF"));
  EXPECT_THAT(found(literals, "\x80"), ElementsAre("\x80"));
}

TEST(LiteralTrie, RandomLiteralsAndTexts_AreFoundAsByComparingEach) {
  std::mt19937_64 random(7);
  const auto word = [&] {
    std::string text(random() % 8, ' ');
    for (auto& c : text) c = "ab/"[random() % 3];
    return text;
  };
  for (int table = 0; table < 500; ++table) {
    std::vector<std::string> literals(random() % 40);
    std::ranges::generate(literals, word);
    std::ranges::sort(literals);
    literals.erase(std::unique(literals.begin(), literals.end()), literals.end());
    for (int i = 0; i < 50; ++i) {
      const auto text = word() + word();
      std::vector<std::string> expected;
      std::ranges::copy_if(literals, std::back_inserter(expected),
                           [&](const auto& literal) { return text.starts_with(literal); });
      ASSERT_EQ(found(literals, text), expected) << text;
    }
  }
}

}  // namespace
}  // namespace sluice
