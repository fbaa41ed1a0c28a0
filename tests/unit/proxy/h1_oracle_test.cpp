// Our parser against Boost.Beast's: what we take, Beast must take too, with the same method, target, fields
// and end of the body. Whoever reads it differently behind us (or in front) is how requests are smuggled.
//
// The other way round Beast is not strict. It takes, and we refuse (BeastTakesWeRefuse has an example of
// each):
//   obs-fold; a missing, repeated, empty or malformed Host; a target that is no origin, absolute or asterisk
//   form (a, ?a, #a, ftp://a/) or holds a byte above 0x7F; a target that differs from Host; equal
//   Content-Lengths, repeated or as a list, with 19 digits; chunked behind other codings, twice, or in
//   HTTP/1.0; other codings than chunked; CONNECT and TRACE; white space that only obs-fold allows.
// We take two things that Beast refuses: an empty line in front of a request (RFC 9112 §2.2), which is cut
// off before comparing; and a Connection that is no list of tokens, which never goes further and frames
// nothing.
#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <random>

#include "proxy/h1_framing.h"
#include "tests/unit/proxy/parsed_heads.h"

namespace sluice {
namespace {

namespace http = boost::beast::http;

class BeastParser : public http::request_parser<http::empty_body> {
 public:
  explicit BeastParser(std::string_view text) {
    header_limit(1024 * 1024);
    body_limit(boost::none);
    eager(false);
    put(boost::asio::buffer(text), error);
  }
  boost::system::error_code error;
};

// A request that both take, before it is mutated.
std::string valid_request(std::mt19937_64& random) {
  static constexpr const char* lines[] = {"GET / HTTP/1.1",        "POST /a/b?c=d&e HTTP/1.1",
                                          "PUT /%20;x=y HTTP/1.1", "OPTIONS * HTTP/1.1",
                                          "GET /old HTTP/1.0",     "DELETE http://h/x HTTP/1.1"};
  static constexpr const char* fields[] = {"Accept: */*",
                                           "X-Empty:",
                                           "Cookie: a=b; c=\"d\"",
                                           "Connection: keep-alive, X-Hop",
                                           "X-Pad: \t v \t",
                                           "x: \x80\xFF",
                                           "User-Agent: (x) y/1.0",
                                           "Expect: 100-continue",
                                           "Upgrade: websocket",
                                           "Connection: upgrade",
                                           "A:b:c"};
  static constexpr const char* framings[] = {"",
                                             "",
                                             "Content-Length: 5\r\n",
                                             "Content-Length: 0\r\n",
                                             "Transfer-Encoding: chunked\r\n",
                                             "transfer-encoding:chunked\r\n"};
  std::string text = lines[random() % std::size(lines)];
  text += "\r\nHost: h\r\n";
  for (auto n = random() % 4; n > 0; --n) text.append(fields[random() % std::size(fields)]).append("\r\n");
  return text + framings[random() % std::size(framings)] + "\r\n";
}

// Bytes and words that parsers disagree about.
std::string morsel(std::mt19937_64& random) {
  using namespace std::string_literals;
  static const std::string morsels[] = {"\r",
                                        "\n",
                                        "\r\n",
                                        " ",
                                        "\t",
                                        ":",
                                        "\0"s,
                                        "\x7F",
                                        "\x0B",
                                        "\x80",
                                        ",",
                                        ";",
                                        "\"",
                                        "/",
                                        "?",
                                        "#",
                                        "@",
                                        "*",
                                        "0",
                                        "1",
                                        "9",
                                        "-",
                                        "+",
                                        "HTTP/1.1",
                                        "HTTP/1.0",
                                        "chunked",
                                        "gzip, ",
                                        "identity",
                                        "close",
                                        "Content-Length: 5\r\n",
                                        "Content-Length: 6\r\n",
                                        "Transfer-Encoding: chunked\r\n",
                                        "Transfer-Encoding",
                                        "Content-Length",
                                        "Host: h\r\n",
                                        "Host: i\r\n",
                                        "\r\n ",
                                        "\r\n\t",
                                        " :",
                                        ": ",
                                        "http://h/",
                                        "CONNECT",
                                        "TRACE",
                                        "\r\n\r\n",
                                        "99999999999999999999"};
  if (random() % 4 == 0) return std::string(1, static_cast<char>(random()));
  return morsels[random() % std::size(morsels)];
}

void mutate(std::string& text, std::mt19937_64& random) {
  const auto at = random() % (text.size() + 1);
  const auto length = std::min<std::size_t>(random() % 3 == 0 ? random() % 20 : 1, text.size() - at);
  switch (random() % 5) {
    case 0:
      text.insert(at, morsel(random));
      break;
    case 1:
      text.erase(at, length);
      break;
    case 2:
      text.replace(at, length, morsel(random));
      break;
    case 3:
      text.insert(random() % (text.size() + 1), text.substr(at, length));
      break;
    default:
      if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << random() % 8));
  }
}

void expect_same_body(const ParsedRequest& ours, const BeastParser& beast, const std::string& text) {
  const auto framing = request_framing(ours.head);
  if (!framing) return;
  const auto length = beast.content_length();
  EXPECT_EQ(beast.chunked(), framing->kind == Framing::Kind::chunked) << testing::PrintToString(text);
  if (framing->kind == Framing::Kind::length) {
    ASSERT_TRUE(length) << testing::PrintToString(text);
    EXPECT_EQ(*length, framing->length) << testing::PrintToString(text);
  } else if (framing->kind == Framing::Kind::none && length) {
    EXPECT_EQ(*length, 0u) << testing::PrintToString(text);
  }
}

void expect_same_head(const ParsedRequest& ours, const BeastParser& beast, const std::string& text) {
  const auto& theirs = beast.get();
  EXPECT_EQ(std::string_view(theirs.method_string()), ours.head.method) << testing::PrintToString(text);
  if (theirs.target().starts_with('/')) {
    EXPECT_EQ(std::string_view(theirs.target()), ours.head.target) << testing::PrintToString(text);
  }
  EXPECT_EQ(theirs.version(), ours.head.version == HttpVersion::http10 ? 10u : 11u);
  ASSERT_EQ(static_cast<std::size_t>(std::distance(theirs.begin(), theirs.end())), ours.head.fields.size())
      << testing::PrintToString(text);
  // Beast keeps equal names together; so it is asked for each name in turn.
  for (const auto& field : ours.head.fields) {
    const auto [from, to] =
        theirs.equal_range(boost::core::string_view(field.name.data(), field.name.size()));
    EXPECT_TRUE(std::any_of(from, to, [&](const auto& their) {
      return std::string_view(their.value()) == field.value;
    })) << testing::PrintToString(text);
  }
}

bool has_odd_connection(const Fields& fields) {
  return std::any_of(fields.begin(), fields.end(), [](const Field& field) {
    const boost::beast::string_view value(field.value.data(), field.value.size());
    return (field.id == HeaderId::connection || field.id == HeaderId::proxy_connection) &&
           !http::validate_list(http::opt_token_list(value));
  });
}

// Whether we took it; then Beast must have taken it too, as the same.
bool compare(std::string text) {
  const ParsedRequest ours(text);
  if (!ours.complete() || !request_framing(ours.head) || has_odd_connection(ours.head.fields)) return false;
  text.resize(ours.progress.size);
  if (text.starts_with("\r\n")) text.erase(0, 2);
  const BeastParser beast(text);
  EXPECT_FALSE(beast.error) << beast.error.message() << ' ' << testing::PrintToString(text);
  EXPECT_TRUE(beast.is_header_done()) << testing::PrintToString(text);
  if (beast.error || !beast.is_header_done()) return true;
  expect_same_head(ours, beast, text);
  expect_same_body(ours, beast, text);
  return true;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int cases = 20'000;
#else
constexpr int cases = 200'000;
#endif

class Oracle : public testing::TestWithParam<unsigned> {};

TEST_P(Oracle, WhatWeTake_BeastTakesAsTheSame) {
  std::mt19937_64 random(GetParam());  // NOLINT: the same run each time
  int taken = 0;
  for (int i = 0; i < cases / 4 && !HasFailure(); ++i) {
    auto text = valid_request(random);
    for (auto n = random() % 4; n > 0; --n) mutate(text, random);
    taken += compare(std::move(text));
  }
  EXPECT_GT(taken, cases / 40) << "the generator makes too little that is valid";
}

INSTANTIATE_TEST_SUITE_P(Seeds, Oracle, testing::Range(1u, 5u));

TEST(Oracle, BeastTakesWeRefuse) {
  const auto get = [](const std::string& fields) { return "GET / HTTP/1.1\r\n" + fields + "\r\n"; };
  const auto line = [](const std::string& text) { return text + "\r\nHost: h\r\n\r\n"; };
  for (const auto& text : {get("Host: h\r\nX: a\r\n b\r\n"),
                           get(""),
                           get("Host: h\r\nHost: h\r\n"),
                           get("Host:\r\n"),
                           get("Host: a/b\r\n"),
                           line("GET a HTTP/1.1"),
                           line("GET ?a HTTP/1.1"),
                           line("GET /a#b HTTP/1.1"),
                           line("GET ftp://h/ HTTP/1.1"),
                           line("GET /\xC3\xA9 HTTP/1.1"),
                           line("GET http://i/ HTTP/1.1"),
                           line("CONNECT h:1 HTTP/1.1"),
                           line("TRACE / HTTP/1.1"),
                           get("Host: h\r\nContent-Length: 5\r\nContent-Length: 5\r\n"),
                           get("Host: h\r\nContent-Length: 5, 5\r\n"),
                           get("Host: h\r\nContent-Length: 1000000000000000000\r\n"),
                           get("Host: h\r\nTransfer-Encoding: xchunked\r\n"),
                           get("Host: h\r\nTransfer-Encoding: gzip, chunked\r\n"),
                           get("Host: h\r\nTransfer-Encoding: identity\r\n"),
                           get("Host: h\r\nTransfer-Encoding: chunked, chunked\r\n"),
                           std::string("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n")}) {
    const BeastParser beast(text);
    EXPECT_FALSE(beast.error) << beast.error.message() << ' ' << testing::PrintToString(text);
    const ParsedRequest ours(text);
    EXPECT_TRUE(ours.failed() || !request_framing(ours.head)) << testing::PrintToString(text);
  }
}

TEST(Oracle, WeTakeBeastRefuses) {
  for (const std::string text :
       {"\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\nConnection: a b\r\n\r\n"}) {
    EXPECT_TRUE(ParsedRequest(text).complete());
    EXPECT_TRUE(BeastParser(text).error);
  }
}

}  // namespace
}  // namespace sluice
