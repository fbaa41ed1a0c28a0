#include "routing/rewrite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace sluice {
namespace {

using testing::ElementsAre;

Rewrite rewrite(std::string_view regex, std::string_view replace,
                LetterCase letters = LetterCase::sensitive) {
  const auto compiled = Regex::compile(regex, letters);
  if (!compiled) throw std::runtime_error(compiled.error());
  const auto replacement = parse_replacement(replace, compiled->groups());
  if (!replacement) throw std::runtime_error(replacement.error());
  return {*compiled, *replacement};
}

std::string shown(const Result<std::string_view, std::string_view>& result) {
  return result ? std::string(*result) : "500: " + std::string(result.error());
}

std::string target(std::string_view regex, std::string_view replace, std::string_view from) {
  std::string storage;
  return shown(rewrite_target(rewrite(regex, replace), from, storage));
}

std::string host(std::string_view regex, std::string_view replace, std::string_view from) {
  std::string storage;
  return shown(rewrite_host(rewrite(regex, replace, LetterCase::insensitive), from, storage));
}

TEST(RewriteTarget, WhatTheRegexFinds_IsReplacedAndTheRestStays) {
  EXPECT_EQ(target("^/api/(.*)$", "/$1", "/api/users?id=1"), "/users?id=1");
  EXPECT_EQ(target("^/api", "/v2", "/api/users?id=1"), "/v2/users?id=1");
  EXPECT_EQ(target("b", "x", "/abba"), "/axba") << "the first only";
  EXPECT_EQ(target("$", "?x=1", "/a"), "/a?x=1") << "nothing can be found, too";
  EXPECT_EQ(target("[?].*", "", "/a?x=1"), "/a");
  EXPECT_EQ(target("x=(\\d+)", "y=$1", "/a?x=12"), "/a?y=12") << "the query is searched as well";
}

TEST(RewriteTarget, Groups_StandWhereTheirNumbersAre) {
  EXPECT_EQ(target("^/(\\w+)/(\\w+)", "/$2/$1", "/a/b/c"), "/b/a/c");
  EXPECT_EQ(target("^/a", "$0$0", "/a/b"), "/a/a/b");
  EXPECT_EQ(target("^/(a)|^/(b)", "/x$1y$2z", "/b"), "/xybz") << "a group that found nothing is empty";
  EXPECT_EQ(target("^/(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)", "/$9$10", "/abcdefghij"), "/ia0")
      << "$10 is $1 and a 0";
  EXPECT_EQ(target("^/a", "/$$1$$", "/a"), "/$1$");
}

TEST(RewriteTarget, NothingFound_IsGivenBackItself) {
  std::string storage;
  const std::string_view from = "/API/users";
  const auto result = rewrite_target(rewrite("^/api", "/v2"), from, storage);
  EXPECT_EQ(result->data(), from.data());
  EXPECT_EQ(result->size(), from.size());
}

TEST(RewriteTarget, AsteriskOfOptions_HasNothingToRewrite) {
  EXPECT_EQ(target(".*", "/x", "*"), "*");
}

TEST(RewriteTarget, ResultThatIsNoTarget_IsAnError) {
  EXPECT_EQ(target("^/api/", "", "/api/users"), "500: the path does not begin with a slash");
  EXPECT_EQ(target(".*", "", "/api"), "500: the path does not begin with a slash");
  EXPECT_EQ(target(".*", "http://other/", "/api"), "500: the path does not begin with a slash");
  EXPECT_EQ(target("a", " ", "/a"), "500: the path has a byte that must be escaped");
  EXPECT_EQ(target("a", "\r\nX-A: b", "/a"), "500: the path has a byte that must be escaped");
  EXPECT_EQ(target("a", "#", "/a"), "500: the path has a byte that must be escaped");
  EXPECT_EQ(target("b", " ", "/a?b"), "500: the rewritten query has a byte that cannot stand there");
  EXPECT_EQ(target("b", "\r\n", "/a?b"), "500: the rewritten query has a byte that cannot stand there");
  EXPECT_EQ(target("b", "#", "/a?b"), "500: the rewritten query has a byte that cannot stand there");
  EXPECT_EQ(target("b", "\x7F", "/a?b"), "500: the rewritten query has a byte that cannot stand there");
  EXPECT_EQ(target("2F", "", "/a%2Fb"), "500: a % in the path is not followed by two hex digits");
  EXPECT_EQ(target("25", "00", "/a%25b"), "500: the path has a NUL");
}

TEST(RewriteTarget, DotSegmentsThatItMakes_AreAnError) {
  EXPECT_EQ(target("^/static(.*)", "/app/static/$1", "/static../secret"), "500: the path has a dot segment");
  EXPECT_EQ(target("^/static(.*)", "/$1", "/static../secret"), "500: the path has a dot segment");
  EXPECT_EQ(target("^/static(.*)", "/s/$1", "/static..;x/secret"), "500: a segment of the path hides dots");
  EXPECT_EQ(target("x", "%2e%2E", "/a/x/b"), "500: the path has a dot segment");
  EXPECT_EQ(target("a?b", "c", "/x/..ab?b"), "/x/..c?b");
}

TEST(RewriteTarget, PathOfTheResult_IsCanonical) {
  EXPECT_EQ(target("^/api(.*)$", "/$1", "/api/users?a=//%61"), "/users?a=//%61");
  EXPECT_EQ(target("a", "%c3%BC%61", "/a/?%c3"), "/%C3%BCa/?%c3");
  EXPECT_EQ(target("a", "b?c", "/a//%61?d"), "/b?c//%61?d") << "from the first ? on it is query";
}

TEST(RewriteHost, WhatTheRegexFinds_IsReplaced) {
  EXPECT_EQ(host(".*", "internal", "shop.example.com"), "internal");
  EXPECT_EQ(host("^(.*)\\.example\\.com", "$1.internal", "shop.example.com:8080"), "shop.internal:8080");
  EXPECT_EQ(host("^SHOP", "app", "shop.example.com"), "app.example.com") << "in any case";
  EXPECT_EQ(host("^other", "app", "shop.example.com"), "shop.example.com");
  EXPECT_EQ(host(".*", "[::1]:80", ""), "[::1]:80") << "of a request without one";
}

TEST(RewriteHost, ResultThatIsNoHost_IsAnError) {
  EXPECT_EQ(host(".*", "", "a"), "500: the rewritten host is empty");
  for (const char* bad : {"a b", "a/b", "a\r\nb", "a@b", "a#", "\xC3\xBC", "a?", "a\"", "<", "a\\b"})
    EXPECT_EQ(host(".*", bad, "a"), "500: the rewritten host has a byte that cannot stand there") << bad;
}

TEST(ParseReplacement, IsCutIntoPieces) {
  using P = ReplacementPiece;
  EXPECT_THAT(*parse_replacement("", 0), ElementsAre());
  EXPECT_THAT(*parse_replacement("/a", 0), ElementsAre(P{"/a"}));
  EXPECT_THAT(*parse_replacement("/$1-$$-$0", 1), ElementsAre(P{"/", 1}, P{"-$-", 0}));
  EXPECT_THAT(*parse_replacement("$2$1x", 2), ElementsAre(P{"", 2}, P{"", 1}, P{"x"}));
}

TEST(ParseReplacement, WhatCannotBe_IsSaid) {
  EXPECT_EQ(parse_replacement("/$2", 1).error(), "has $2, but the regex has only 1 group");
  EXPECT_EQ(parse_replacement("$1", 0).error(), "has $1, but the regex has only 0 groups");
  for (const char* bad : {"$", "a$", "$a", "${1}", "$$$", "$ 1"})
    EXPECT_EQ(parse_replacement(bad, 9).error(),
              "has a $ without a number; write $0 to $9 for a group, $$ for a dollar")
        << bad;
}

TEST(Rewrite, WrittenAlike_IsEqual) {
  EXPECT_EQ(rewrite("a(b)", "$1"), rewrite("a(b)", "$1"));
  EXPECT_NE(rewrite("a(b)", "$1"), rewrite("a(b)", "$0"));
  EXPECT_NE(rewrite("a(b)", "$1"), rewrite("a(c)", "$1"));
}

}  // namespace
}  // namespace sluice
