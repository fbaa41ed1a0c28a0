#include "proxy/client_certificate.h"

#include <gmock/gmock.h>

#include "revocation_peers.h"
#include "server_tls_peers.h"

namespace sluice {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;
using Mode = ClientAuth::Mode;

class ClientCertificates : public ServerTlsPeers, public testing::WithParamInterface<int> {
 protected:
  void SetUp() override { only(GetParam()); }
  std::shared_ptr<const ServerTls> demanding(const ClientAuth& auth) {
    return server_of({issue({.names = "DNS:a.example"})}, {.certificates = {}, .client_auth = auth});
  }
  void show(const Identity& identity) {
    SSL_CTX_use_certificate(client.context.get(), identity.certificate.get());
    SSL_CTX_use_PrivateKey(client.context.get(), identity.key.get());
  }
  ClientAuth verifying() { return {.mode = Mode::verify, .ca = root.certificate_pem()}; }

  Identity root = authority("clients' authority");
  Identity known = issue({.common_name = "known client", .issuer = &root});
  Identity stranger = issue({.common_name = "stranger"});
};

TEST_P(ClientCertificates, Off_NobodyIsAsked) {
  show(known);
  ASSERT_TRUE(connect(demanding({}), "a.example"));
  EXPECT_EQ(server->client_certificate(Mode::off), "");
}

TEST_P(ClientCertificates, Verify_TakesWhoTheAuthorityKnows) {
  show(known);
  ASSERT_TRUE(connect(demanding(verifying()), "a.example")) << server_error;
  const auto lines = server->client_certificate(Mode::verify);
  EXPECT_THAT(lines, AllOf(HasSubstr("X-Amzn-Mtls-Clientcert-Issuer: CN=clients' authority\r\n"),
                           HasSubstr("X-Amzn-Mtls-Clientcert-Subject: CN=known client\r\n"),
                           Not(HasSubstr("X-Amzn-Mtls-Clientcert: "))));
  EXPECT_THAT(lines,
              MatchesRegex("X-Amzn-Mtls-Clientcert-Serial-Number: [0-9A-F]+\r\n.*\r\n.*\r\n"
                           "X-Amzn-Mtls-Clientcert-Validity: NotBefore=[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z;"
                           "NotAfter=[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z\r\n"
                           "X-Amzn-Mtls-Clientcert-Leaf: -----BEGIN%20CERTIFICATE-----%0A[A-Za-z0-9+/=%]*"
                           "-----END%20CERTIFICATE-----%0A\r\n"));
}

TEST_P(ClientCertificates, Verify_RefusesStrangersAndThoseWhoShowNothing) {
  const auto tls = demanding(verifying());
  EXPECT_FALSE(connect(tls, "a.example") && client.receive(1) && !client.failed);
  EXPECT_EQ(server_error, "peer did not return a certificate");
  show(stranger);
  connect(tls, "a.example");
  EXPECT_EQ(server_status, IoStatus::failed);
  EXPECT_EQ(server_error, "self-signed certificate");
}

TEST_P(ClientCertificates, Verify_RefusesWhoIsRevoked) {
  auto auth = verifying();
  const auto other = issue({.common_name = "revoked", .issuer = &root});
  auth.crl = revocation_list(root, {other});
  const auto tls = demanding(auth);
  show(known);
  EXPECT_TRUE(connect(tls, "a.example")) << server_error;
  show(other);
  connect(tls, "a.example");
  EXPECT_EQ(server_status, IoStatus::failed);
  EXPECT_EQ(server_error, "certificate revoked");
}

TEST_P(ClientCertificates, Verify_RefusesWhomARevokedIntermediateIssued) {
  const auto intermediate = issue({.common_name = "intermediate", .issuer = &root, .issues = true});
  show(issue({.common_name = "its client", .issuer = &intermediate}));
  SSL_CTX_add1_chain_cert(client.context.get(), intermediate.certificate.get());
  auto auth = verifying();
  auth.crl = revocation_list(root, {}) + revocation_list(intermediate, {});
  EXPECT_TRUE(connect(demanding(auth), "a.example")) << server_error;
  auth.crl = revocation_list(intermediate, {});
  EXPECT_TRUE(connect(demanding(auth), "a.example")) << "the root issues to no client: " << server_error;
  auth.crl = revocation_list(root, {intermediate}) + revocation_list(intermediate, {});
  connect(demanding(auth), "a.example");
  EXPECT_EQ(server_status, IoStatus::failed);
  EXPECT_EQ(server_error, "certificate revoked");
  auth.crl = revocation_list(root, {});
  connect(demanding(auth), "a.example");
  EXPECT_EQ(server_status, IoStatus::failed);
  EXPECT_EQ(server_error, "unable to get certificate CRL");
}

TEST_P(ClientCertificates, Verify_AsksUnderEveryName) {
  ListenerTls settings{.certificates = {}, .client_auth = verifying()};
  const auto tls =
      server_of({issue({.names = "DNS:a.example"}), issue({.names = "DNS:b.example"})}, settings);
  for (const auto* name : {"a.example", "b.example", "unknown.example"}) {
    connect(tls, name);
    EXPECT_EQ(server_status, IoStatus::failed) << name;
  }
  show(known);
  for (const auto* name : {"a.example", "b.example", "unknown.example"})
    EXPECT_TRUE(connect(tls, name)) << name << ": " << server_error;
}

TEST_P(ClientCertificates, Passthrough_TakesAnyAndPassesOnTheWholeChain) {
  show(known);
  SSL_CTX_add1_chain_cert(client.context.get(), root.certificate.get());
  ASSERT_TRUE(connect(demanding({.mode = Mode::passthrough}), "a.example")) << server_error;
  const auto line = server->client_certificate(Mode::passthrough);
  EXPECT_THAT(line, StartsWith("X-Amzn-Mtls-Clientcert: -----BEGIN%20CERTIFICATE-----%0A"));
  EXPECT_THAT(line, HasSubstr("-----END%20CERTIFICATE-----%0A-----BEGIN%20CERTIFICATE-----%0A"));
  EXPECT_EQ(line.find('\n'), line.size() - 1);
}

TEST_P(ClientCertificates, Passthrough_TakesWhoShowsNothing) {
  ASSERT_TRUE(connect(demanding({.mode = Mode::passthrough}), "a.example")) << server_error;
  EXPECT_EQ(server->client_certificate(Mode::passthrough), "");
}

TEST_P(ClientCertificates, SubjectWithControlCharacters_MakesNoNewLine) {
  show(issue({.common_name = "evil\r\nX-Admin: yes", .issuer = &root}));
  ASSERT_TRUE(connect(demanding(verifying()), "a.example")) << server_error;
  const auto lines = server->client_certificate(Mode::verify);
  EXPECT_THAT(lines, HasSubstr("Subject: CN=evil\\0D\\0AX-Admin: yes\r\n"));
}

TEST(ClientAuthMaterial, TextsThatAreNone_AreRefused) {
  ListenerTls tls{.certificates = {issue({}).material()},
                  .client_auth = {.mode = Mode::verify, .ca = "hello"}};
  EXPECT_EQ(ServerTls::make(tls, Alpn::http11).error(), "client CA: there is no PEM certificate");
  tls.client_auth.ca = authority().certificate_pem();
  tls.client_auth.crl = "hello";
  EXPECT_EQ(ServerTls::make(tls, Alpn::http11).error(), "client CRL: there is no PEM revocation list");
}

INSTANTIATE_TEST_SUITE_P(Versions, ClientCertificates, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) {
                           return version.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

}  // namespace
}  // namespace sluice
