#include "routing/redirect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace sluice {
namespace {

using testing::ElementsAre;

RedirectTemplate parsed(UrlPart part, std::string_view text) {
  auto pieces = parse_redirect(part, text);
  if (!pieces) throw std::runtime_error(pieces.error());
  return *std::move(pieces);
}

struct Parts {  // with the defaults of the configuration
  std::string_view protocol = "#{protocol}", host = "#{host}", port = "#{port}", path = "/#{path}",
                   query = "#{query}";
};

Redirect redirect(const Parts& parts) {
  return {.status = 301,
          .protocol = parsed(UrlPart::protocol, parts.protocol),
          .host = parsed(UrlPart::host, parts.host),
          .port = parsed(UrlPart::port, parts.port),
          .path = parsed(UrlPart::path, parts.path),
          .query = parsed(UrlPart::query, parts.query)};
}

// The Location, with what is to be said about it in front.
std::string location(const Parts& parts, const RedirectSource& request) {
  std::string storage = "what was there before";
  switch (write_redirect(storage, redirect(parts), request)) {
    case RedirectTo::elsewhere:
      return storage;
    case RedirectTo::itself:
      return "itself: " + storage;
    case RedirectTo::nowhere:
      return "nowhere";
  }
  return {};
}

const RedirectSource plain{"http", "shop.example.com", "/a/b", "x=1"};

TEST(Redirect, ToAnotherHost_KeepsTheRest) {
  EXPECT_EQ(location({.host = "new.example.com"}, plain), "http://new.example.com/a/b?x=1");
  EXPECT_EQ(location({.host = "new.example.com"}, {"https", "a:8443", "/", ""}),
            "https://new.example.com:8443/");
  EXPECT_EQ(location({.host = "www.#{host}"}, {"https", "a.com:443", "/", ""}), "https://www.a.com/");
}

TEST(Redirect, ToHttps_LeavesOutItsOwnPort) {
  EXPECT_EQ(location({.protocol = "https", .port = "443"}, plain), "https://shop.example.com/a/b?x=1");
  EXPECT_EQ(location({.protocol = "https", .port = "8443"}, plain), "https://shop.example.com:8443/a/b?x=1");
  EXPECT_EQ(location({.protocol = "https"}, plain), "https://shop.example.com:80/a/b?x=1")
      << "#{port} is the request's, as with ALB";
  EXPECT_EQ(location({.protocol = "https"}, {"http", "a:443", "/", ""}), "https://a/");
  EXPECT_EQ(location({.port = "80"}, {"http", "a:8080", "/", ""}), "http://a/");
  EXPECT_EQ(location({.port = "80"}, {"https", "a", "/", ""}), "https://a:80/");
  EXPECT_EQ(location({.path = "/new"}, {"https", "a:", "/", ""}), "https://a/new") << "RFC 3986 allows it";
  EXPECT_EQ(location({.port = "443"}, plain), "http://shop.example.com:443/a/b?x=1");
}

TEST(Redirect, Path_IsMadeFromTheRequests) {
  EXPECT_EQ(location({.path = "/new/#{path}"}, plain), "http://shop.example.com/new/a/b?x=1");
  EXPECT_EQ(location({.path = "/#{host}/#{port}/#{path}.html"}, {"http", "a:81", "/x", ""}),
            "http://a:81/a/81/x.html");
  EXPECT_EQ(location({.path = "/fixed"}, plain), "http://shop.example.com/fixed?x=1");
  EXPECT_EQ(location({.host = "b"}, {"http", "a", "*", ""}), "http://b/") << "OPTIONS * has no path";
  EXPECT_EQ(location({.host = "b"}, {"http", "a", "", ""}), "http://b/");
}

TEST(Redirect, Query_HasNoQuestionMarkWhenEmpty) {
  EXPECT_EQ(location({.path = "/new", .query = ""}, plain), "http://shop.example.com/new");
  EXPECT_EQ(location({.path = "/new"}, {"http", "a", "/", ""}), "http://a/new");
  EXPECT_EQ(location({.path = "/new", .query = "from=#{path}&#{query}"}, plain),
            "http://shop.example.com/new?from=a/b&x=1");
  EXPECT_EQ(location({.path = "/new", .query = "p=#{protocol}&h=#{host}&n=#{port}"}, plain),
            "http://shop.example.com/new?p=http&h=shop.example.com&n=80");
}

TEST(Redirect, NumericHosts_KeepTheirBrackets) {
  EXPECT_EQ(location({.path = "/new"}, {"http", "[::1]:8080", "/", ""}), "http://[::1]:8080/new");
  EXPECT_EQ(location({.path = "/new"}, {"https", "[::1]", "/", ""}), "https://[::1]/new");
  EXPECT_EQ(location({.host = "[2001:db8::1]"}, plain), "http://[2001:db8::1]/a/b?x=1");
}

TEST(Redirect, ToTheRequestsOwnUrl_IsALoop) {
  EXPECT_EQ(location({.path = "/a/b"}, plain), "itself: http://shop.example.com/a/b?x=1");
  EXPECT_EQ(location({.host = "SHOP.example.com"}, plain), "itself: http://SHOP.example.com/a/b?x=1");
  EXPECT_EQ(location({.port = "80"}, {"http", "a:80", "/", ""}), "itself: http://a/");
  EXPECT_EQ(location({.path = "/#{path}"}, {"https", "a:8443", "/", ""}), "itself: https://a:8443/");
  EXPECT_EQ(location({.path = "/a", .query = ""}, {"http", "a", "/a", ""}), "itself: http://a/a");
}

TEST(Redirect, ThatDiffersInAnyPart_IsNone) {
  EXPECT_EQ(location({.path = "/A/b"}, plain), "http://shop.example.com/A/b?x=1") << "paths have letters";
  EXPECT_EQ(location({.path = "/a/bc"}, plain), "http://shop.example.com/a/bc?x=1");
  EXPECT_EQ(location({.path = "/a/b", .query = ""}, plain), "http://shop.example.com/a/b");
  EXPECT_EQ(location({.path = "/a/b", .query = "x=1&#{query}"}, plain),
            "http://shop.example.com/a/b?x=1&x=1");
  EXPECT_EQ(location({.path = "/a/b", .query = "X=1"}, plain), "http://shop.example.com/a/b?X=1");
  EXPECT_EQ(location({.path = "/", .query = "x"}, {"http", "a", "/", ""}), "http://a/?x");
  EXPECT_EQ(location({.host = "#{host}.org"}, {"http", "a", "/", ""}), "http://a.org/");
  EXPECT_EQ(location({.port = "81"}, {"http", "a", "/", ""}), "http://a:81/");
  EXPECT_EQ(location({.port = "8080"}, {"http", "a:808", "/0", ""}), "http://a:8080/0");
}

TEST(Redirect, OfARequestWithoutHost_LeadsNowhere) {
  EXPECT_EQ(location({.path = "/new"}, {"http", "", "/", ""}), "nowhere");
  EXPECT_EQ(location({.host = "new.example.com"}, {"http", "", "/", ""}), "http://new.example.com/");
}

TEST(ParseRedirect, IsCutIntoPieces) {
  using P = RedirectPiece;
  EXPECT_THAT(*parse_redirect(UrlPart::path, "/old/#{path}"), ElementsAre(P{"/old/", UrlPart::path}));
  EXPECT_THAT(*parse_redirect(UrlPart::host, "#{host}"), ElementsAre(P{"", UrlPart::host}));
  EXPECT_THAT(*parse_redirect(UrlPart::query, "a=#{query}#{path}b%20"),
              ElementsAre(P{"a=", UrlPart::query}, P{"", UrlPart::path}, P{"b%20"}));
  EXPECT_THAT(*parse_redirect(UrlPart::query, ""), ElementsAre());
  EXPECT_THAT(*parse_redirect(UrlPart::port, "65535"), ElementsAre(P{"65535"}));
}

std::string problem(UrlPart part, std::string_view text) {
  const auto pieces = parse_redirect(part, text);
  return pieces ? "none" : pieces.error();
}

TEST(ParseRedirect, TokensThatCannotStandThere_AreSaid) {
  EXPECT_EQ(problem(UrlPart::host, "#{path}.example.com"),
            "`#{path}` cannot stand here; this may have #{host}")
      << "a client would choose the host";
  EXPECT_EQ(problem(UrlPart::path, "/#{query}"),
            "`#{query}` cannot stand here; this may have #{host} #{path} #{port}");
  EXPECT_EQ(problem(UrlPart::path, "/#{pth}"),
            "`#{pth}` cannot stand here; this may have #{host} #{path} #{port}");
  EXPECT_EQ(problem(UrlPart::path, "/#{path"),
            "`#{path` cannot stand here; this may have #{host} #{path} #{port}");
  EXPECT_EQ(problem(UrlPart::path, "/#{pathX"),
            "`#{pathX` cannot stand here; this may have #{host} #{path} #{port}");
  EXPECT_EQ(problem(UrlPart::path, "/#{"), "`#{` cannot stand here; this may have #{host} #{path} #{port}");
  EXPECT_EQ(problem(UrlPart::query, "#{}"),
            "`#{}` cannot stand here; this may have #{protocol} #{host} #{port} #{path} #{query}");
}

TEST(ParseRedirect, PartsThatAreNone_AreSaid) {
  EXPECT_EQ(problem(UrlPart::protocol, "ftp"), "`ftp` is not known; it must be http, https or #{protocol}");
  EXPECT_EQ(problem(UrlPart::protocol, "#{protocol}s"),
            "`#{protocol}s` is not known; it must be http, https or #{protocol}");
  for (const char* port : {"0", "65536", "080", "-1", "1x", "#{host}", "#{port}0", " 1"})
    EXPECT_EQ(problem(UrlPart::port, port),
              "`" + std::string(port) + "` is not a port; write 1 to 65535 or #{port}");
  EXPECT_EQ(problem(UrlPart::path, "new"), "must begin with `/`, as /#{path}");
  EXPECT_EQ(problem(UrlPart::path, "#{path}"), "must begin with `/`, as /#{path}");
  EXPECT_EQ(problem(UrlPart::query, "?a=b"), "is written without the `?`");
  EXPECT_EQ(problem(UrlPart::host, "a:80"), "is written without a port, which has a key of its own");
  EXPECT_EQ(problem(UrlPart::host, ""), "must not be empty");
}

TEST(ParseRedirect, CharactersThatAUrlCannotHave_AreSaid) {
  for (const char* text : {"/a b", "/a\r\nSet-Cookie: x", "/#top", "/\"", "/<", "/\\", "/\xC3\xBC", "/a?b",
                           "/%", "/%4", "/%4z", "/%z4", "/%zz", "/%#{path}", "/[", "/\x7F"})
    EXPECT_EQ(problem(UrlPart::path, text),
              "has a character that a URL must have as an escape; write %20 for a space, say")
        << text;
  EXPECT_EQ(problem(UrlPart::query, "a=b?/:@%20"), "none");
  for (const char* text : {"a/b", "a b", "a\nb", "a@b", "a%20", "a#", "a?"})
    EXPECT_EQ(problem(UrlPart::host, text), "has a character that no host has") << text;
}

}  // namespace
}  // namespace sluice
