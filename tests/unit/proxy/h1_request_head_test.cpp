// What the parser makes of requests that it takes, and that it matters not how their bytes come.
#include <gtest/gtest.h>

#include "tests/unit/proxy/parsed_heads.h"

namespace sluice {
namespace {

constexpr std::string_view browser =
    "GET /cart/items?page=2&sort=price HTTP/1.1\r\n"
    "Host: shop.example.com:8443\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n"
    "Accept: */*\r\n"
    "Cookie: a=1; user_id=u7\r\n"
    "X-Empty:\r\n"
    "X-Padded: \t padded value \t\r\n"
    "X-Bytes: caf\xC3\xA9\r\n"
    "\r\n";

TEST(RequestParser, WholeHead_IsTakenApart) {
  const ParsedRequest parsed{std::string(browser)};
  ASSERT_TRUE(parsed.complete()) << parsed.progress.reason;
  EXPECT_EQ(parsed.progress.size, browser.size());
  EXPECT_EQ(parsed.progress.error, ErrorCode::none);
  EXPECT_EQ(parsed.head.method, "GET");
  EXPECT_EQ(parsed.head.target, "/cart/items?page=2&sort=price");
  EXPECT_EQ(parsed.head.path, "/cart/items");
  EXPECT_EQ(parsed.head.query, "page=2&sort=price");
  EXPECT_EQ(parsed.head.authority, "shop.example.com:8443");
  EXPECT_EQ(parsed.head.version, HttpVersion::http11);
  EXPECT_EQ(parsed.head.fields.size(), 7u);
}

TEST(RequestParser, FieldValues_LoseTheWhiteSpaceAroundThemOnly) {
  const ParsedRequest parsed{std::string(browser)};
  EXPECT_EQ(parsed.field("X-Empty"), "");
  EXPECT_EQ(parsed.field("X-Padded"), "padded value");
  EXPECT_EQ(parsed.field("X-Bytes"), "caf\xC3\xA9");
  EXPECT_EQ(parsed.head.fields.find(HeaderId::cookie)->value, "a=1; user_id=u7");
}

TEST(RequestParser, Views_PointIntoTheBuffer) {
  const ParsedRequest parsed{std::string(browser)};
  const auto inside = [&](std::string_view view) {
    return view.data() >= parsed.text().data() &&
           view.data() + view.size() <= parsed.text().data() + parsed.text().size();
  };
  EXPECT_TRUE(inside(parsed.head.method) && inside(parsed.head.target) && inside(parsed.head.authority));
  for (const auto& field : parsed.head.fields) EXPECT_TRUE(inside(field.name) && inside(field.value));
}

TEST(RequestParser, BytesBehindTheHead_AreNotItsOwn) {
  const ParsedRequest parsed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\n");
  ASSERT_TRUE(parsed.complete());
  EXPECT_TRUE(parsed.text().substr(parsed.progress.size).starts_with("abcGET"));
}

TEST(RequestParser, EveryPrefix_IsIncomplete) {
  for (std::size_t n = 0; n < browser.size(); ++n) {
    const ParsedRequest parsed{std::string(browser.substr(0, n))};
    EXPECT_TRUE(parsed.incomplete()) << n;
  }
}

TEST(RequestParser, AfterEveryPrefix_TheRestCompletesIt) {
  for (std::size_t n = 0; n < browser.size(); ++n) {
    RequestHead head;
    RequestParser parser(head, {});
    ASSERT_EQ(parser.parse(browser.substr(0, n)).state, HeadProgress::State::incomplete);
    const auto progress = parser.parse(browser);
    ASSERT_EQ(progress.state, HeadProgress::State::complete) << n;
    EXPECT_EQ(progress.size, browser.size());
    EXPECT_EQ(head.fields.size(), 7u);
    EXPECT_EQ(head.target, "/cart/items?page=2&sort=price");
  }
}

TEST(RequestParser, OneEmptyLineBefore_IsIgnored) {
  const ParsedRequest parsed("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(parsed.complete());
  EXPECT_EQ(parsed.progress.size, parsed.text().size());
  EXPECT_TRUE(ParsedRequest("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").failed());
}

TEST(RequestParser, Http10_MayComeWithoutHost) {
  const ParsedRequest parsed("GET /x HTTP/1.0\r\n\r\n");
  ASSERT_TRUE(parsed.complete());
  EXPECT_EQ(parsed.head.version, HttpVersion::http10);
  EXPECT_EQ(parsed.head.authority, "");
}

TEST(RequestParser, AbsoluteForm_IsForwardedAsOriginForm) {
  struct Case {
    std::string_view sent, target, authority;
  };
  for (const auto& [sent, target, authority] :
       {Case{"http://a.example/x?y=http://b/", "/x?y=http://b/", "a.example"},
        Case{"HTTPS://a.example:8443", "/", "a.example:8443"}, Case{"http://[::1]:80/", "/", "[::1]:80"}}) {
    const ParsedRequest parsed("GET " + std::string(sent) + " HTTP/1.1\r\nHost: " + std::string(authority) +
                               "\r\n\r\n");
    ASSERT_TRUE(parsed.complete()) << sent;
    EXPECT_EQ(parsed.head.target, target);
    EXPECT_EQ(parsed.head.authority, authority);
  }
}

TEST(RequestParser, AbsoluteFormOnHttp10WithoutHost_GivesTheAuthority) {
  const ParsedRequest parsed("GET http://a.example/x HTTP/1.0\r\n\r\n");
  ASSERT_TRUE(parsed.complete());
  EXPECT_EQ(parsed.head.authority, "a.example");
}

TEST(RequestParser, Asterisk_IsForOptionsOnly) {
  const ParsedRequest parsed("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(parsed.complete());
  EXPECT_EQ(parsed.head.target, "*");
  EXPECT_TRUE(ParsedRequest("GET * HTTP/1.1\r\nHost: a\r\n\r\n").failed());
}

TEST(RequestParser, UnknownMethods_AreTaken) {
  for (const std::string method : {"PURGE", "get", "M-SEARCH", "!#$%&'*+-.^_`|~", "PROPFIND"})
    EXPECT_TRUE(ParsedRequest(method + " / HTTP/1.1\r\nHost: a\r\n\r\n").complete()) << method;
}

TEST(Token, IsRfc9110s) {
  EXPECT_TRUE(is_token("X-Request-Id"));
  for (const auto text :
       {"", "a b", "a:", "a\"", "a(b)", "a/b", "a[", "a{", "\x7F", "\xC3\xA9", "a@b", "a,b"})
    EXPECT_FALSE(is_token(text)) << text;
}

}  // namespace
}  // namespace sluice
