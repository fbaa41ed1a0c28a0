#include "proxy/ocsp_staple.h"

#include <gmock/gmock.h>

#include "revocation_peers.h"
#include "server_tls_peers.h"

namespace sluice {
namespace {

class Staples : public ServerTlsPeers {
 protected:
  std::string stapled(const std::vector<Certificate>& certificates, const std::string& name) {
    const auto made = ServerTls::make({.certificates = certificates}, Alpn::http11);
    if (!made) return made.error();
    SSL_CTX_set_tlsext_status_type(client.context.get(), asks ? TLSEXT_STATUSTYPE_ocsp : -1);
    EXPECT_TRUE(connect(*made, name)) << server_error;
    const unsigned char* der = nullptr;
    const auto size = SSL_get_tlsext_status_ocsp_resp(client.ssl.get(), &der);
    return size > 0 ? std::string(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)) : "";
  }
  Certificate with(const Identity& identity, const std::string& ocsp) {
    auto material = identity.material();
    material.ocsp = ocsp;
    return material;
  }

  Identity root = authority();
  Identity leaf = issue({.names = "DNS:a.example", .issuer = &root});
  Identity rsa = issue({.names = "DNS:a.example", .rsa = true, .issuer = &root});
  std::string response = ocsp_response(root, leaf, 3600);
  bool asks = true;
};

TEST_F(Staples, ClientThatAsks_GetsTheResponse) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    only(version);
    EXPECT_EQ(stapled({with(leaf, response)}, "a.example"), response);
  }
}

TEST_F(Staples, ClientThatDoesNotAsk_GetsNone) {
  asks = false;
  EXPECT_EQ(stapled({with(leaf, response)}, "a.example"), "");
}

TEST_F(Staples, ResponseThatHasExpired_IsLeftOut) {
  EXPECT_EQ(stapled({with(leaf, ocsp_response(root, leaf, -1))}, "a.example"), "");
}

TEST_F(Staples, ResponseAboutAnotherCertificate_IsLeftOut) {
  EXPECT_EQ(stapled({with(leaf, ocsp_response(root, rsa, 3600))}, "a.example"), "");
}

TEST_F(Staples, RsaAndEcdsaForAName_GetTheirOwn) {
  const auto other = ocsp_response(root, rsa, 3600);
  const std::vector certificates{with(leaf, response), with(rsa, other)};
  SSL_CTX_set1_sigalgs_list(client.context.get(), "ECDSA+SHA256");
  EXPECT_EQ(stapled(certificates, "a.example"), response);
  SSL_CTX_set1_sigalgs_list(client.context.get(), "RSA-PSS+SHA256");
  EXPECT_EQ(stapled(certificates, "a.example"), other);
}

TEST_F(Staples, NameOfAnotherCertificate_GetsItsOwn) {
  const auto b = issue({.names = "DNS:b.example", .issuer = &root});
  const auto other = ocsp_response(root, b, 3600);
  EXPECT_EQ(stapled({with(leaf, ""), with(b, other)}, "b.example"), other);
  EXPECT_EQ(stapled({with(leaf, ""), with(b, other)}, "a.example"), "");
}

TEST_F(Staples, Certificates_SayUntilWhenTheyAreGood) {
  const auto made = ServerTls::make({.certificates = {with(leaf, response), rsa.material()}}, Alpn::http11);
  ASSERT_TRUE(made);
  const auto& served = (*made)->certificates();
  ASSERT_EQ(served.size(), 2u);
  EXPECT_EQ(served[0].name, "a.example");
  EXPECT_NEAR(static_cast<double>(served[0].not_after), static_cast<double>(std::time(nullptr) + 3600), 60);
  ASSERT_TRUE(served[0].staple_until);
  EXPECT_NEAR(static_cast<double>(*served[0].staple_until), static_cast<double>(std::time(nullptr) + 3600),
              60);
  EXPECT_FALSE(served[1].staple_until);
}

}  // namespace
}  // namespace sluice
