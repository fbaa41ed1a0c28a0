#include "routing/condition.h"

#include <gtest/gtest.h>

#include "tests/unit/routing/heads.h"
#include "tests/unit/routing/share_points.h"

namespace sluice {
namespace {

bool fits(const Condition& condition, const RequestHead& head) {
  FixedPoints points;
  return matches(condition, head, points);
}

Patterns regexes(std::string_view text, LetterCase letters) {
  return {{}, {Regex::compile(text, letters).value()}};
}

TEST(PathPattern, LooksAtThePathWithoutTheQuery) {
  EXPECT_TRUE(fits(PathPattern{{{"/a"}}}, head_of("GET", "/a?b=/c")));
  EXPECT_FALSE(fits(PathPattern{{{"*c"}}}, head_of("GET", "/a?b=/c")));
  EXPECT_FALSE(fits(PathPattern{{{"/A"}}}, head_of("GET", "/a"))) << "paths are case-sensitive";
  EXPECT_TRUE(fits(PathPattern{{{"/x", "/a"}}}, head_of("GET", "/a")));
}

TEST(PathPattern, Regex_IsFoundAnywhereInThePath) {
  const PathPattern versions{regexes("^/v[0-9]+/", LetterCase::sensitive)};
  EXPECT_TRUE(fits(versions, head_of("GET", "/v12/x")));
  EXPECT_FALSE(fits(versions, head_of("GET", "/V12/x")));
  EXPECT_FALSE(fits(versions, head_of("GET", "/a/v12/x")));
  EXPECT_FALSE(fits(versions, head_of("GET", "/?/v12/")));
}

TEST(HostHeader, LooksAtTheHostWithoutItsPort) {
  EXPECT_TRUE(fits(HostHeader{{{"*.example.com"}}}, head_of("GET", "/", "SHOP.example.com:8443")));
  EXPECT_FALSE(fits(HostHeader{{{"*.example.com"}}}, head_of("GET", "/", "example.com")));
  EXPECT_TRUE(fits(HostHeader{{{"[::1]"}}}, head_of("GET", "/", "[::1]:80")));
  EXPECT_FALSE(fits(HostHeader{{{"?*"}}}, head_of("GET", "/", ""))) << "HTTP/1.0 may come without";
  EXPECT_TRUE(fits(HostHeader{regexes("^a\\.b$", LetterCase::insensitive)}, head_of("GET", "/", "A.b:80")));
}

TEST(HttpHeader, RepeatedField_IsSearchedInTurn) {
  const auto head = head_of("GET", "/", "", {{"X-Beta", "0"}, {"x-beta", "YES"}});
  EXPECT_TRUE(fits(HttpHeader{"X-BETA", {{"1", "yes"}}}, head));
  EXPECT_FALSE(fits(HttpHeader{"X-Beta", {{"1"}}}, head));
  EXPECT_FALSE(fits(HttpHeader{"X-Other", {{"*"}}}, head));
  EXPECT_TRUE(fits(HttpHeader{"X-Beta", regexes("^y", LetterCase::insensitive)}, head));
  EXPECT_FALSE(fits(HttpHeader{"X-Beta", regexes("^e", LetterCase::insensitive)}, head));
}

TEST(HttpRequestMethod, IsExact) {
  EXPECT_FALSE(fits(HttpRequestMethod{{"GET"}}, head_of("get", "/")));
  EXPECT_TRUE(fits(HttpRequestMethod{{"PUT", "PURGE"}}, head_of("PURGE", "/")));
}

bool query_fits(QueryParameter wanted, std::string_view target) {
  return fits(QueryString{{std::move(wanted)}}, head_of("GET", target));
}

TEST(QueryString, KeyAndValue_AreThoseOfOneParameter) {
  EXPECT_TRUE(query_fits({"v", "2"}, "/?v=2"));
  EXPECT_TRUE(query_fits({"v", "2"}, "/?a=b&v=2&c"));
  EXPECT_FALSE(query_fits({"v", "2"}, "/?v=1&w=2")) << "never the key of one and the value of another";
  EXPECT_FALSE(query_fits({"v", "2"}, "/?vv=2"));
  EXPECT_FALSE(query_fits({"v", "2"}, "/?v=22"));
  EXPECT_TRUE(query_fits({"v", "1=2"}, "/?v=1=2")) << "only the first = parts";
}

TEST(QueryString, ValueAlone_MayHaveAnyKey) {
  EXPECT_TRUE(query_fits({{}, "2"}, "/?anything=2"));
  EXPECT_TRUE(query_fits({{}, "2"}, "/?=2"));
  EXPECT_FALSE(query_fits({{}, "2"}, "/?2=3"));
  EXPECT_FALSE(query_fits({{}, "2"}, "/2"));
}

TEST(QueryString, LettersOfEitherCase_AreTheSame) {
  EXPECT_TRUE(query_fits({"Version", "BETA"}, "/?vERSION=beta"));
}

TEST(QueryString, Wildcards_AreInKeysAndValues) {
  EXPECT_TRUE(query_fits({"utm_*", "a?c"}, "/?utm_source=abc"));
  EXPECT_FALSE(query_fits({"utm_*", "a?c"}, "/?utm=abc"));
  EXPECT_TRUE(query_fits({"q", "\\*"}, "/?q=*"));
  EXPECT_FALSE(query_fits({"q", "\\*"}, "/?q=x"));
}

TEST(QueryString, Text_IsComparedAsItCame) {
  EXPECT_FALSE(query_fits({"q", "a b"}, "/?q=a%20b"));
  EXPECT_FALSE(query_fits({"q", "a b"}, "/?q=a+b"));
  EXPECT_TRUE(query_fits({"q", "a%20b"}, "/?q=a%20b"));
}

TEST(QueryString, ParameterWithoutValue_HasAnEmptyOne) {
  EXPECT_TRUE(query_fits({"debug", ""}, "/?debug"));
  EXPECT_TRUE(query_fits({"debug", ""}, "/?debug="));
  EXPECT_TRUE(query_fits({"debug", "*"}, "/?debug"));
  EXPECT_FALSE(query_fits({"debug", "?"}, "/?debug"));
}

TEST(QueryString, NothingBetweenSeparators_IsNoParameter) {
  EXPECT_FALSE(query_fits({{}, "*"}, "/?"));
  EXPECT_FALSE(query_fits({{}, "*"}, "/?&&"));
  EXPECT_TRUE(query_fits({"v", "2"}, "/?&&v=2&"));
}

TEST(QueryString, OneOfSeveral_IsEnough) {
  const QueryString either{{{"a", "1"}, {"b", "2"}}};
  EXPECT_TRUE(fits(either, head_of("GET", "/?b=2")));
  EXPECT_TRUE(fits(either, head_of("GET", "/?a=1")));
  EXPECT_FALSE(fits(either, head_of("GET", "/?a=2&b=1")));
}

TEST(SourceIp, IsTheClientsAddress) {
  const AddressRange ten{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10}, 104};
  const AddressRange documentation{{0x20, 0x01, 0x0d, 0xb8}, 32};
  auto head = head_of("GET", "/");
  head.client = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 1, 2, 3};
  EXPECT_TRUE(fits(SourceIp{{documentation, ten}}, head));
  EXPECT_FALSE(fits(SourceIp{{documentation}}, head));
  head.client = {0x20, 0x01, 0x0d, 0xb8, 5};
  EXPECT_TRUE(fits(SourceIp{{documentation, ten}}, head));
  EXPECT_FALSE(fits(SourceIp{{ten}}, head));
}

TEST(RequestHead, Cleared_HasNoClient) {
  auto head = head_of("GET", "/");
  head.client[15] = 1;
  head.clear();
  EXPECT_EQ(head.client, (std::array<std::uint8_t, 16>{}));
}

TEST(CookieCondition, LooksAtEveryCookieOfTheName) {
  const auto head = head_of("GET", "/", "", {{"Cookie", "a=1; beta=0"}, {"cookie", "beta=Yes"}});
  EXPECT_TRUE(fits(Cookie{"beta", {{"0"}}}, head));
  EXPECT_TRUE(fits(Cookie{"beta", {{"1", "Y*"}}}, head));
  EXPECT_FALSE(fits(Cookie{"beta", {{"yes"}}}, head)) << "values are case-sensitive";
  EXPECT_FALSE(fits(Cookie{"Beta", {{"*"}}}, head)) << "names are case-sensitive";
  EXPECT_FALSE(fits(Cookie{"beta", {{"1"}}}, head));
  EXPECT_TRUE(fits(Cookie{"beta", regexes("^Y", LetterCase::sensitive)}, head));
  EXPECT_FALSE(fits(Cookie{"beta", {{"*"}}}, head_of("GET", "/"))) << "without cookies";
}

bool inside(Split::Share width, Point point) {
  FixedPoints points(point);
  return matches(Share{.percent = {}, .salt = {}, .width = width}, head_of("GET", "/"), points);
}

TEST(ShareCondition, HasThePointsBelowItsWidth) {
  EXPECT_TRUE(inside(Split::whole / 20, 0));
  EXPECT_TRUE(inside(Split::whole / 20, static_cast<Point>(Split::whole / 20 - 1)));
  EXPECT_FALSE(inside(Split::whole / 20, static_cast<Point>(Split::whole / 20)));
  EXPECT_FALSE(inside(0, 0));
  EXPECT_TRUE(inside(Split::whole, ~Point{0})) << "100 % is everybody";
}

TEST(SortCheapFirst, PutsRegexesAfterGlobsAndSharesLast) {
  const Condition share = Share{}, method = HttpRequestMethod{{"GET"}}, host = HostHeader{{{"a.b"}}};
  const Condition path = PathPattern{regexes("x", LetterCase::sensitive)};
  const Condition header = HttpHeader{"A", {{"1"}}}, other_header = HttpHeader{"B", {{"1"}}};
  std::vector<Condition> conditions{share, path, header, host, other_header, method};
  sort_cheap_first(conditions);
  EXPECT_EQ(conditions, (std::vector<Condition>{method, host, header, other_header, path, share}));
}

}  // namespace
}  // namespace sluice
