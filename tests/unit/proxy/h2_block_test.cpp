#include "proxy/h2_block.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice {
namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

const Lines get{{":method", "GET"}, {":scheme", "https"}, {":authority", "a.example"}, {":path", "/x?y=1"}};

Lines with(Lines lines, const Lines& more) {
  lines.insert(lines.end(), more.begin(), more.end());
  return lines;
}

struct Read {
  H2Block block;
  RequestHead head;
  std::string problem;  // empty: none

  explicit Read(const Lines& lines, H2Block::Limits limits = {}) {
    block.begin(limits);
    for (const auto& [name, value] : lines) block.add(name, value);
    const auto done = block.read(head);
    if (!done) problem = std::string(info(done.error().code).code) + ": " + std::string(done.error().reason);
  }
};

TEST(H2Block, Request_IsReadAsHttp1WouldBe) {
  const Read read(with(get, {{"x-a", "b"}, {"content-length", "3"}}));
  EXPECT_EQ(read.problem, "");
  EXPECT_EQ(read.head.method, "GET");
  EXPECT_EQ(read.head.target, "/x?y=1");
  EXPECT_EQ(read.head.path, "/x");
  EXPECT_EQ(read.head.query, "y=1");
  EXPECT_EQ(read.head.authority, "a.example");
  EXPECT_EQ(read.head.version, HttpVersion::http2);
  ASSERT_EQ(read.head.fields.size(), 2u);
  EXPECT_EQ(read.head.fields.find(HeaderId::content_length)->value, "3");
}

TEST(H2Block, CookieInCrumbs_IsOneField) {
  const Read read(with(get, {{"cookie", "a=1"}, {"x-a", "b"}, {"cookie", "b=2"}}));
  EXPECT_EQ(read.head.fields.find(HeaderId::cookie)->value, "a=1; b=2");
  EXPECT_EQ(read.head.fields.size(), 2u);
}

TEST(H2Block, HostAndAuthority_MustAgree) {
  EXPECT_EQ(Read(with(get, {{"host", "A.example"}})).problem, "");
  EXPECT_FALSE(Read(with(get, {{"host", "A.example"}})).head.fields.has(HeaderId::host));
  EXPECT_EQ(Read(with(get, {{"host", "b.example"}})).problem,
            "bad_request: the Host field differs from :authority");
  EXPECT_EQ(Read(with(get, {{"host", "a.example"}, {"host", "a.example"}})).problem,
            "bad_request: there are several Host fields");
  Lines bare{{":method", "GET"}, {":scheme", "https"}, {":path", "/"}};
  EXPECT_EQ(Read(with(bare, {{"host", "b.example"}})).head.authority, "b.example");
  EXPECT_EQ(Read(bare).problem, "bad_request: the authority is missing or malformed");
}

TEST(H2Block, WhatWouldBeAnotherRequestInHttp1_IsRefused) {
  const auto problem = [](const std::string& name, const std::string& value) {
    auto lines = get;
    for (auto& line : lines)
      if (line.first == name) line.second = value;
    return Read(lines).problem;
  };
  for (const auto* path : {"", "x", "/a b", "/a#b", "/a\r\nX: y", "/\x7F", "*"})
    EXPECT_NE(problem(":path", path), "") << path;
  for (const auto* authority : {"", "a b", "user@a", "a/b", "a%41", "a\r\nX: y"})
    EXPECT_NE(problem(":authority", authority), "") << authority;
  for (const auto* method : {"", "G T", "GET /", "TRACE", "CONNECT"})
    EXPECT_NE(problem(":method", method), "") << method;
  EXPECT_EQ(problem(":method", "M-SEARCH"), "");
}

TEST(H2Block, ExtendedConnect_IsTheGetThatItStandsFor) {
  H2Block block;
  RequestHead head;
  block.begin({});
  for (const auto& [name, value] : Lines{{":method", "CONNECT"},
                                         {":protocol", "websocket"},
                                         {":scheme", "http"},
                                         {":authority", "a"},
                                         {":path", "/chat"}})
    block.add(name, value);
  ASSERT_TRUE(block.read(head));
  EXPECT_EQ(head.method, "GET");
  EXPECT_EQ(head.path, "/chat");
  EXPECT_EQ(block.protocol(), "websocket");
  EXPECT_NE(Read(with(get, {{":method", "CONNECT"}, {":protocol", "connect-udp"}})).problem, "");
}

TEST(H2Block, ExtendedConnectWithALength_IsRefused) {
  const Lines connect{{":method", "CONNECT"},
                      {":protocol", "websocket"},
                      {":scheme", "http"},
                      {":authority", "a"},
                      {":path", "/chat"}};
  EXPECT_EQ(Read(connect).problem, "");
  for (const auto* length : {"44", "0"})
    EXPECT_EQ(Read(with(connect, {{"content-length", length}})).problem,
              "bad_request: an extended CONNECT has no Content-Length");
}

TEST(H2Block, MoreThanTheLimits_IsCountedAndNotKept) {
  H2Block::Limits limits{.field = 100, .total = 300, .fields = 10};
  EXPECT_EQ(Read(with(get, {{"x-a", std::string(200, 'a')}}), limits).problem, "header_too_large: ");
  Lines many;
  for (int i = 0; i < 11; ++i) many.emplace_back("x", "y");
  EXPECT_EQ(Read(with(get, many), limits).problem, "too_many_headers: ");
  Lines crumbs;
  for (int i = 0; i < 12; ++i) crumbs.emplace_back("cookie", "a=b");
  EXPECT_EQ(Read(with(get, crumbs), limits).problem, "too_many_headers: ") << "crumbs count one by one";
  const Read large(
      with(get,
           {{"x-a", std::string(90, 'a')}, {"x-b", std::string(90, 'a')}, {"x-c", std::string(90, 'a')}}),
      limits);
  EXPECT_EQ(large.problem, "header_too_large: ");
  EXPECT_EQ(large.block.size(), 0u);
  Lines long_path = get;
  long_path[3].second = "/" + std::string(200, 'a');
  EXPECT_EQ(Read(long_path, limits).problem, "uri_too_long: ");
}

// As of HTTP/1's chunks: what decides is what the head said.
TEST(H2Block, TrailersThatFrameRouteOrName_AreLeftOut) {
  H2Block block;
  block.begin({});
  for (const auto* name :
       {"x-amzn-mtls-clientcert-subject", "x_amzn_mtls_clientcert_subject", "x-forwarded-for", "x-sluice-override",
        "authorization", "cookie", "content-length", "set-cookie", "host", "transfer-encoding", "content-type"})
    block.add(name, "forged");
  for (const auto* name : {"grpc-status", "grpc-message", "x-sum"}) block.add(name, "0");
  Fields trailers;
  ASSERT_TRUE(block.read(trailers));
  std::vector<std::string> names;
  for (const auto& field : trailers) names.emplace_back(field.name);
  EXPECT_THAT(names, testing::ElementsAre("grpc-status", "grpc-message", "x-sum"));
}

TEST(H2Block, Response_HasItsStatus) {
  H2Block block;
  ResponseHead head;
  block.begin({});
  block.add(":status", "103");
  EXPECT_TRUE(block.is_interim());
  block.begin({});
  block.add(":status", "204");
  block.add("x-a", "b");
  EXPECT_FALSE(block.is_interim());
  ASSERT_TRUE(block.read(head));
  EXPECT_EQ(head.status, 204);
  EXPECT_EQ(head.fields.size(), 1u);
  head.clear();
  block.begin({});
  block.add("x-a", "b");
  EXPECT_FALSE(block.read(head));
}

}  // namespace
}  // namespace sluice
