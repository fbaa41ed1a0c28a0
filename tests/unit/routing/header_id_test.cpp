#include "routing/header_id.h"

#include <gtest/gtest.h>

#include <string>

namespace sluice {
namespace {

TEST(HeaderId, NamesInAnyCase_AreKnown) {
  EXPECT_EQ(header_id("Host"), HeaderId::host);
  EXPECT_EQ(header_id("hOsT"), HeaderId::host);
  EXPECT_EQ(header_id("CONTENT-LENGTH"), HeaderId::content_length);
  EXPECT_EQ(header_id("x-sluice-override"), HeaderId::x_sluice_override);
}

TEST(HeaderId, EveryId_HasItsName) {
  const std::pair<std::string_view, HeaderId> all[] = {
      {"connection", HeaderId::connection},
      {"content-length", HeaderId::content_length},
      {"cookie", HeaderId::cookie},
      {"expect", HeaderId::expect},
      {"feature-flags", HeaderId::feature_flags},
      {"forwarded", HeaderId::forwarded},
      {"host", HeaderId::host},
      {"http2-settings", HeaderId::http2_settings},
      {"keep-alive", HeaderId::keep_alive},
      {"proxy-authenticate", HeaderId::proxy_authenticate},
      {"proxy-connection", HeaderId::proxy_connection},
      {"sec-websocket-accept", HeaderId::sec_websocket_accept},
      {"sec-websocket-key", HeaderId::sec_websocket_key},
      {"te", HeaderId::te},
      {"trailer", HeaderId::trailer},
      {"transfer-encoding", HeaderId::transfer_encoding},
      {"upgrade", HeaderId::upgrade},
      {"x-amzn-mtls-clientcert", HeaderId::x_amzn_mtls_clientcert},
      {"x-amzn-mtls-clientcert-issuer", HeaderId::x_amzn_mtls_clientcert},
      {"x-amzn-mtls-clientcert-leaf", HeaderId::x_amzn_mtls_clientcert},
      {"x-amzn-mtls-clientcert-serial-number", HeaderId::x_amzn_mtls_clientcert},
      {"x-amzn-mtls-clientcert-subject", HeaderId::x_amzn_mtls_clientcert},
      {"x-amzn-mtls-clientcert-validity", HeaderId::x_amzn_mtls_clientcert},
      {"x-amzn-trace-id", HeaderId::x_amzn_trace_id},
      {"x-forwarded-for", HeaderId::x_forwarded_for},
      {"x-forwarded-port", HeaderId::x_forwarded_port},
      {"x-forwarded-proto", HeaderId::x_forwarded_proto},
      {"x-request-id", HeaderId::x_request_id},
      {"x-sluice-override", HeaderId::x_sluice_override},
      {"x-sluice-mirror", HeaderId::x_sluice_mirror},
      {"x-sluice-variant", HeaderId::x_sluice_variant},
  };
  for (const auto& [name, id] : all) EXPECT_EQ(header_id(name), id) << name;
}

TEST(EqualIgnoringCase, EachByteAtEachPlace_IsComparedAsItsSmallLetter) {
  const auto small = [](int c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; };
  for (const std::size_t size : {1U, 7U, 8U, 9U, 16U, 21U})
    for (std::size_t at = 0; at < size; ++at)
      for (int one = 0; one < 256; ++one)
        for (const int other : {one, one ^ 0x20, one ^ 0x80, one + 1}) {
          std::string a(size, 'x'), b(size, 'X');
          a[at] = static_cast<char>(one);
          b[at] = static_cast<char>(other);
          ASSERT_EQ(equal_ignoring_case(a, b), small(one) == small(other & 0xFF)) << one << ' ' << other;
        }
}

TEST(HeaderId, NearMisses_AreOther) {
  for (const auto* name :
       {"", "hos", "hosts", "host ", " host", "content_length", "x-forwarded-fo", "x-amzn-trace-if"})
    EXPECT_EQ(header_id(name), HeaderId::other) << name;
  EXPECT_EQ(header_id(std::string(70'000, 'x')), HeaderId::other);
}

TEST(HeaderId, OwnNamesWithUnderscores_AreDisguised) {
  for (const auto* name :
       {"X_Forwarded_For", "x-forwarded_proto", "X_SLUICE_VARIANT", "Feature_Flags", "x_request-id",
        "X_Amzn_Mtls_Clientcert", "X-Amzn-Mtls-Clientcert_Leaf", "x_amzn_mtls_clientcert_issuer",
        "X_AMZN_MTLS_CLIENTCERT_SUBJECT", "x_amzn-mtls-clientcert-validity",
        "X_Amzn_Mtls_Clientcert_Serial_Number"})
    EXPECT_EQ(header_id(name), HeaderId::disguised) << name;
  for (const auto* name : {"transfer_encoding", "keep_alive", "x_forwarded_foo", "proxy_connection"})
    EXPECT_EQ(header_id(name), HeaderId::other) << name;
}

TEST(EqualIgnoringCase, OnlyLetters_Fold) {
  EXPECT_TRUE(equal_ignoring_case("X-Beta", "x-bETA"));
  EXPECT_FALSE(equal_ignoring_case("a-b", "a\rb"));  // '-' and '\r' differ in the bit that letters fold on
  EXPECT_FALSE(equal_ignoring_case("[", "{"));
  EXPECT_FALSE(equal_ignoring_case("a", "ab"));
}

}  // namespace
}  // namespace sluice
