// ServerTls as clients see it: which certificate, protocol and session they get. ClientTls is tested with
// TlsStream.
#include "proxy/server_tls.h"

#include <gmock/gmock.h>

#include "server_tls_peers.h"

namespace sluice {
namespace {

using namespace tls_test;
using testing::HasSubstr;
using testing::StartsWith;

std::string error_of(const ListenerTls& tls) {
  const auto made = ServerTls::make(tls, Alpn::http11);
  return made ? "" : made.error();
}

TEST(ServerTlsMaterial, NoCertificate_IsRefused) {
  EXPECT_EQ(error_of({}), "there is no certificate");
}

TEST(ServerTlsMaterial, KeyOfAnotherCertificate_IsRefusedByNumber) {
  const auto one = issue({.names = "DNS:a.example"});
  const auto other = issue({.names = "DNS:b.example"});
  EXPECT_THAT(error_of({{one.material(), {other.certificate_pem(), one.key_pem()}}}),
              StartsWith("certificate 2: the key does not match the certificate"));
}

TEST(ServerTlsMaterial, TextWithoutCertificate_IsRefused) {
  EXPECT_EQ(error_of({{{"hello", issue({}).key_pem()}}}), "certificate 1: there is no PEM certificate");
}

TEST(ServerTlsMaterial, BrokenCertificate_IsRefused) {
  const std::string broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  EXPECT_THAT(error_of({{{broken, issue({}).key_pem()}}}), HasSubstr("a certificate cannot be read"));
}

TEST(ServerTlsMaterial, KeyWithPassphrase_IsRefusedWithoutAsking) {
  const auto identity = issue({});
  EXPECT_THAT(error_of({{{identity.certificate_pem(), identity.key_pem("secret")}}}),
              HasSubstr("without a passphrase"));
}

// ---- names ----

class ServerTlsNames : public ServerTlsPeers {
 protected:
  std::shared_ptr<const ServerTls> tls = server_of({
      issue({.names = "DNS:first.example", .common_name = "first"}),
      issue({.names = "DNS:b.example, DNS:*.b.example", .common_name = "wild"}),
      issue({.names = "DNS:Exact.b.example", .common_name = "exact"}),
      issue({.names = "", .common_name = "named.example"}),
      issue({.names = "DNS:other.example", .common_name = "unused.example"}),
  });
};

TEST_F(ServerTlsNames, NameOfACertificate_ChoosesIt) {
  EXPECT_EQ(certificate_for(tls, "b.example"), "wild");
}
TEST_F(ServerTlsNames, NameInOtherCase_IsTheSame) {
  EXPECT_EQ(certificate_for(tls, "B.EXAMPLE"), "wild");
}
TEST_F(ServerTlsNames, OneLabelLeftOfAWildcard_ChoosesIt) {
  EXPECT_EQ(certificate_for(tls, "x.b.example"), "wild");
}
TEST_F(ServerTlsNames, TwoLabelsLeftOfAWildcard_GetTheDefault) {
  EXPECT_EQ(certificate_for(tls, "y.x.b.example"), "first");
}
TEST_F(ServerTlsNames, ExactName_GoesBeforeAWildcard) {
  EXPECT_EQ(certificate_for(tls, "exact.b.example"), "exact");
}
TEST_F(ServerTlsNames, UnknownName_GetsTheDefault) {
  EXPECT_EQ(certificate_for(tls, "z.example"), "first");
}
TEST_F(ServerTlsNames, NoName_GetsTheDefault) {
  EXPECT_EQ(certificate_for(tls, ""), "first");
}
TEST_F(ServerTlsNames, CommonNameWithoutAlternatives_Counts) {
  EXPECT_EQ(certificate_for(tls, "named.example"), "named.example");
}
TEST_F(ServerTlsNames, CommonNameBesideAlternatives_DoesNotCount) {
  EXPECT_EQ(certificate_for(tls, "unused.example"), "first");
}
TEST_F(ServerTlsNames, LongestPossibleName_GetsTheDefault) {
  EXPECT_EQ(certificate_for(tls, std::string(255, 'a')), "first");
}

TEST_F(ServerTlsPeers, TwoCertificatesForAName_TheFirstStays) {
  const auto tls = server_of({issue({.names = "DNS:a.example", .common_name = "one"}),
                              issue({.names = "DNS:a.example", .common_name = "two"})});
  EXPECT_EQ(certificate_for(tls, "a.example"), "one");
}

TEST_F(ServerTlsPeers, RsaAndEcdsaForTheSameNames_TheClientsAlgorithmsChoose) {
  const auto tls = server_of({issue({.names = "DNS:a.example", .common_name = "ecdsa"}),
                              issue({.names = "DNS:a.example", .common_name = "rsa", .rsa = true})});
  SSL_CTX_set1_sigalgs_list(client.context.get(), "ECDSA+SHA256");
  EXPECT_EQ(certificate_for(tls, "a.example"), "ecdsa");
  SSL_CTX_set1_sigalgs_list(client.context.get(), "RSA-PSS+SHA256");
  EXPECT_EQ(certificate_for(tls, "a.example"), "rsa");
}

TEST_F(ServerTlsPeers, Issuers_AreSentWithTheCertificate) {
  const auto root = authority();
  const auto leaf = issue({.names = "DNS:a.example", .issuer = &root});
  const auto made =
      ServerTls::make({{{leaf.certificate_pem() + root.certificate_pem(), leaf.key_pem()}}}, Alpn::http11);
  ASSERT_TRUE(made) << made.error();
  ASSERT_TRUE(connect(*made, "a.example"));
  EXPECT_EQ(sk_X509_num(SSL_get_peer_cert_chain(client.ssl.get())), 2);
}

// ---- protocols ----

class ServerTlsProtocols : public ServerTlsPeers {
 protected:
  std::shared_ptr<const ServerTls> tls = server_of({issue({.names = "DNS:a.example"})});
};

TEST_F(ServerTlsProtocols, Tls13_IsChosenByDefault) {
  ASSERT_TRUE(connect(tls, "a.example"));
  EXPECT_EQ(server->version(), "TLSv1.3");
  EXPECT_EQ(server->cipher(), "TLS_AES_128_GCM_SHA256");
}

TEST_F(ServerTlsProtocols, Tls12_IsServedWithForwardSecrecyAndAead) {
  only(TLS1_2_VERSION);
  ASSERT_TRUE(connect(tls, "a.example"));
  EXPECT_EQ(server->version(), "TLSv1.2");
  EXPECT_EQ(server->cipher(), "ECDHE-ECDSA-AES128-GCM-SHA256");
}

TEST_F(ServerTlsProtocols, CbcSuitesOfTls12_AreRefused) {
  only(TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(client.context.get(), "ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA");
  EXPECT_FALSE(connect(tls, "a.example"));
  EXPECT_EQ(server_error, "no shared cipher");
}

TEST_F(ServerTlsProtocols, Tls11_IsRefused) {
  SSL_CTX_set_cipher_list(client.context.get(), "ALL:@SECLEVEL=0");
  only(TLS1_1_VERSION);
  EXPECT_FALSE(connect(tls, "a.example"));
  EXPECT_EQ(server_error, "unsupported protocol");
}

TEST_F(ServerTlsPeers, PolicyWithCbc_ServesIt) {
  const auto with_cbc =
      server_of({issue({.names = "DNS:a.example"})},
                {.certificates = {}, .policy = policy("ELBSecurityPolicy-TLS13-1-2-2021-06")});
  only(TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(client.context.get(), "ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA");
  ASSERT_TRUE(connect(with_cbc, "a.example"));
  EXPECT_EQ(server->cipher(), "ECDHE-ECDSA-AES128-SHA256");
}

TEST_F(ServerTlsPeers, PolicyOfTls13Alone_RefusesTls12) {
  const auto newest =
      server_of({issue({.names = "DNS:a.example"})},
                {.certificates = {}, .policy = policy("ELBSecurityPolicy-TLS13-1-3-2021-06")});
  EXPECT_TRUE(connect(newest, "a.example"));
  only(TLS1_2_VERSION);
  EXPECT_FALSE(connect(newest, "a.example"));
}

TEST_F(ServerTlsPeers, PolicyWithOldVersions_ServesThemAndTheNewestItHas) {
  const auto old = server_of({issue({.names = "DNS:a.example"})},
                             {.certificates = {}, .policy = policy("ELBSecurityPolicy-2016-08")});
  ASSERT_TRUE(connect(old, "a.example"));
  EXPECT_EQ(server->version(), "TLSv1.2");
  SSL_CTX_set_cipher_list(client.context.get(), "ALL:@SECLEVEL=0");
  only(TLS1_VERSION);
  ASSERT_TRUE(connect(old, "a.example"));
  EXPECT_EQ(server->version(), "TLSv1");
}

TEST_F(ServerTlsPeers, EveryPolicy_ShakesHandsWithItsNewestVersion) {
  for (const auto& each : tls_policies()) {
    const auto tls = server_of({issue({.names = "DNS:a.example"})}, {.certificates = {}, .policy = &each});
    ASSERT_TRUE(connect(tls, "a.example")) << each.name << ": " << server_error;
    EXPECT_EQ(server->version(), each.max == TlsVersion::v1_3 ? "TLSv1.3" : "TLSv1.2") << each.name;
  }
}

TEST_F(ServerTlsProtocols, AlpnWithHttp11_ChoosesIt) {
  offer_alpn("\x02h2\x08http/1.1");
  ASSERT_TRUE(connect(tls, "a.example"));
  EXPECT_EQ(client.alpn(), "http/1.1");
}

TEST_F(ServerTlsProtocols, AlpnWithoutHttp11_IsRefused) {
  offer_alpn("\x02h2");
  EXPECT_FALSE(connect(tls, "a.example"));
  EXPECT_EQ(server_error, "no application protocol");
}

TEST_F(ServerTlsPeers, AlpnWithH2_PrefersItWhereItIsServed) {
  const auto both = server_of({issue({.names = "DNS:a.example"})}, Alpn::h2_or_http11);
  offer_alpn("\x08http/1.1\x02h2");
  ASSERT_TRUE(connect(both, "a.example"));
  EXPECT_EQ(server->protocol(), "h2");
  offer_alpn("\x08http/1.1");
  ASSERT_TRUE(connect(both, "a.example"));
  EXPECT_EQ(server->protocol(), "http/1.1");
}

TEST_F(ServerTlsProtocols, NoAlpn_AgreesOnNothing) {
  ASSERT_TRUE(connect(tls, "a.example"));
  EXPECT_EQ(server->protocol(), "");
}

TEST_F(ServerTlsProtocols, RenegotiationByTheClient_IsRefused) {
  only(TLS1_2_VERSION);
  ASSERT_TRUE(connect(tls, "a.example"));
  ASSERT_EQ(SSL_renegotiate(client.ssl.get()), 1);
  std::string into(16, '\0');
  EXPECT_FALSE(client.shake());
  EXPECT_EQ(server->try_read(into).status, IoStatus::want_read);
  loop.finish_with([&] { return client.shake(); });
  EXPECT_TRUE(client.failed);
}

}  // namespace
}  // namespace sluice
