// What an upstream is told about a request, and whose word counts.
#include "proxy/forwarded_headers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/proxy/exchanges.h"

namespace sluice {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view claims =
    "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.5\r\nX-Forwarded-For: 198.51.100.2\r\n"
    "X-Forwarded-Proto: https\r\nX-Forwarded-Port: 443\r\nX-Request-Id: their-own\r\nForwarded: "
    "for=203.0.113.5\r\n"
    "X-Sluice-Variant: blue\r\nX-Sluice-Override: shop=blue\r\nFeature-Flags: beta\r\n\r\n";

TEST(ForwardedHeaders, ClaimsOfAnybody_AreReplaced) {
  RoutedExchange routed{std::string(claims)};
  const auto head = routed.request_head();
  const auto lines = lines_of(head);
  EXPECT_THAT(lines, Contains("X-Forwarded-For: 192.0.2.7"));
  EXPECT_THAT(lines, Contains("X-Forwarded-Proto: http"));
  EXPECT_THAT(lines, Contains("X-Forwarded-Port: 8080"));
  EXPECT_THAT(lines, Contains("X-Sluice-Variant: green"));
  for (const auto gone : {"203.0.113.5", "their-own", "blue", "Feature-Flags"})
    EXPECT_THAT(head, Not(HasSubstr(gone)));
}

TEST(ForwardedHeaders, ClaimsOfATrustedPeer_AreContinued) {
  RoutedExchange routed{std::string(claims)};
  routed.peer.trusted = true;
  routed.exchange.request_id = "their-own";
  const auto head = routed.request_head();
  const auto lines = lines_of(head);
  EXPECT_THAT(lines, Contains("X-Forwarded-For: 203.0.113.5, 198.51.100.2, 192.0.2.7"));
  EXPECT_THAT(lines, Contains("X-Forwarded-Proto: https"));
  EXPECT_THAT(lines, Contains("X-Forwarded-Port: 443"));
  EXPECT_THAT(lines, Contains("X-Request-Id: their-own"));
  EXPECT_THAT(lines, Contains("Forwarded: for=203.0.113.5"));
  EXPECT_THAT(lines, Contains("X-Sluice-Variant: green"));
  EXPECT_THAT(head, Not(HasSubstr("blue"))) << "the variant is Sluice's to say";
}

TEST(ForwardedHeaders, TrustedPeerWithoutClaims_IsDescribedLikeAnybody) {
  RoutedExchange routed("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For:\r\n\r\n");
  routed.peer.trusted = true;
  EXPECT_THAT(lines_of(routed.request_head()), Contains("X-Forwarded-For: 192.0.2.7"));
  EXPECT_THAT(lines_of(routed.request_head()), Contains("X-Forwarded-Proto: http"));
}

TEST(ForwardedHeaders, OnTls_TheProtocolIsHttps) {
  RoutedExchange routed("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  routed.peer.tls = true;
  EXPECT_THAT(lines_of(routed.request_head()), Contains("X-Forwarded-Proto: https"));
}

TEST(ForwardedHeaders, WithoutVariant_NoneIsNamed) {
  RoutedExchange routed("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  routed.exchange.serving = nullptr;
  EXPECT_THAT(routed.request_head(), Not(HasSubstr("X-Sluice-Variant")));
}

constexpr std::string_view own = "1-67891233-abcdef012345678912345678";

std::string trace_id(const char* sent) {
  std::vector<char> block(32 * 1024);
  HeadWriter writer(block);
  const Field field{.name = "X-Amzn-Trace-Id", .value = sent ? sent : "", .id = HeaderId::x_amzn_trace_id};
  write_trace_id(writer, sent ? &field : nullptr, own);
  const auto text = writer.text();
  EXPECT_TRUE(text.starts_with("X-Amzn-Trace-Id: ") && text.ends_with("\r\n"));
  return std::string(text.substr(17, text.size() - 19));
}

TEST(TraceId, NoneSent_GetsARoot) {
  EXPECT_EQ(trace_id(nullptr), "Root=1-67891233-abcdef012345678912345678");
  EXPECT_EQ(trace_id(""), "Root=1-67891233-abcdef012345678912345678");
}

TEST(TraceId, RootSent_GetsASelfBeforeIt) {
  EXPECT_EQ(trace_id("Root=1-5759e988-bd862e3fe1be46a994272793"),
            "Self=1-67891233-abcdef012345678912345678;Root=1-5759e988-bd862e3fe1be46a994272793");
}

TEST(TraceId, OlderSelf_IsReplaced) {
  EXPECT_EQ(trace_id("Self=1-1-1;Root=1-2-2;Parent=3;Sampled=1"),
            "Self=1-67891233-abcdef012345678912345678;Root=1-2-2;Parent=3;Sampled=1");
  EXPECT_EQ(trace_id("Root=1-2-2; Self=1-1-1"), "Self=1-67891233-abcdef012345678912345678;Root=1-2-2");
}

TEST(TraceId, OtherFieldsWithoutRoot_GetARootAndStay) {
  EXPECT_EQ(trace_id("CalledFrom=app;TotalTimeSoFar=112ms"),
            "Root=1-67891233-abcdef012345678912345678;CalledFrom=app;TotalTimeSoFar=112ms");
}

TEST(TraceId, EmptyParts_Vanish) {
  EXPECT_EQ(trace_id(";; Root=1-2-2 ;;"), "Self=1-67891233-abcdef012345678912345678;Root=1-2-2 ");
}

TEST(TraceId, LongerThan7KiB_IsMadeAnew) {
  const auto sent = [](std::size_t bytes) { return "Root=1-2-2;A=" + std::string(bytes - 13, 'x'); };
  EXPECT_THAT(trace_id(sent(7 * 1024).c_str()), HasSubstr("Root=1-2-2;A=xxx"));
  EXPECT_EQ(trace_id(sent(7 * 1024 + 1).c_str()), "Root=1-67891233-abcdef012345678912345678");
}

TEST(PassesUpstream, ForwardedOnlyFromTrustedPeers) {
  const Field field{.name = "Forwarded", .value = "for=a", .id = HeaderId::forwarded};
  Peer peer;
  Exchange exchange;
  exchange.peer = &peer;
  EXPECT_FALSE(passes_upstream(field, exchange));
  peer.trusted = true;
  EXPECT_TRUE(passes_upstream(field, exchange));
}

TEST(PassesUpstream, OverrideOfATrustedClient_OrALoneSignedOne) {
  RoutedExchange routed("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  auto& exchange = routed.exchange;
  SigningKey key;
  key.fill(1);
  routed.service.override_keys = SigningKeys({key});
  exchange.arrival.now = UnixSeconds(std::chrono::seconds(1000));
  const auto value = sign_override(routed.service.override_keys, "shop", "green", exchange.arrival.now);
  const auto passes = [&](std::string_view text) {
    return passes_upstream({.name = "X-Sluice-Override", .value = text, .id = HeaderId::x_sluice_override},
                           exchange);
  };
  EXPECT_FALSE(passes(value)) << "nobody has looked at it";
  exchange.assignment.override_verdict = OverrideVerdict::refused;
  EXPECT_FALSE(passes(value));
  exchange.assignment.override_verdict = OverrideVerdict::applied;
  EXPECT_TRUE(passes(value));
  EXPECT_FALSE(passes("shop=green"));
  EXPECT_FALSE(passes(value + ", cart=blue"));
  exchange.arrival.trusted = true;
  EXPECT_TRUE(passes("shop=green"));
}

}  // namespace
}  // namespace sluice
