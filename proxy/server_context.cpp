#include "proxy/server_context.h"

#include <openssl/err.h>

#include <algorithm>

#include "proxy/client_certificate.h"
#include "proxy/session_tickets.h"

namespace sluice {
namespace {

constexpr const char* tls13_suites =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";

int number_of(TlsVersion version) noexcept {
  switch (version) {
    case TlsVersion::v1_0:
      return TLS1_VERSION;
    case TlsVersion::v1_1:
      return TLS1_1_VERSION;
    case TlsVersion::v1_2:
      return TLS1_2_VERSION;
    case TlsVersion::v1_3:
      break;
  }
  return TLS1_3_VERSION;
}

bool set_policy(SSL_CTX* context, const TlsPolicy& policy) {
  SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  const auto list = cipher_list(policy);
  return SSL_CTX_set_min_proto_version(context, number_of(policy.min)) == 1 &&
         SSL_CTX_set_max_proto_version(context, number_of(policy.max)) == 1 &&
         SSL_CTX_set_ciphersuites(context, tls13_suites) == 1 &&
         (list.empty() || SSL_CTX_set_cipher_list(context, list.c_str()) == 1);
}

// RFC 7301, 3.2: a client that offers only protocols that we do not speak is refused.
int choose_alpn(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                unsigned offered_size, void* protocols) {
  const auto ours = alpn_wire(*static_cast<const Alpn*>(protocols));
  const bool agreed = SSL_select_next_proto(const_cast<unsigned char**>(chosen), size,
                                            reinterpret_cast<const unsigned char*>(ours.data()),
                                            static_cast<unsigned>(ours.size()), offered,
                                            offered_size) == OPENSSL_NPN_NEGOTIATED;
  return agreed ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// Answers the extension that ServerTls has acted upon (RFC 6066, 3: "SHALL include").
int acknowledge_server_name(SSL* ssl, int*, void*) {
  return SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name) ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

bool use(SSL_CTX* context, const LoadedCertificate& certificate) {
  if (SSL_CTX_use_certificate(context, certificate.leaf.get()) != 1) return false;
  if (SSL_CTX_use_PrivateKey(context, certificate.key.get()) != 1) return false;
  return std::ranges::all_of(certificate.issuers, [&](const X509Ptr& issuer) {
    return SSL_CTX_add1_chain_cert(context, issuer.get()) == 1;
  });
}

}  // namespace

Result<SslContext, std::string> server_context(const CertificateSet& set, const ListenerTls& tls,
                                               const ServerContextParts& parts) {
  ERR_clear_error();
  SslContext context(SSL_CTX_new(TLS_server_method()));
  if (!context) return failure(tls_error());
  set_common(context.get());
  SSL_CTX_set_alpn_select_cb(context.get(), choose_alpn, const_cast<Alpn*>(&parts.alpn));
  SSL_CTX_set_tlsext_servername_callback(context.get(), acknowledge_server_name);
  set_staples(context.get(), parts.staples);
  if (const auto demands = demand_client_certificate(context.get(), tls.client_auth); !demands)
    return failure(demands.error());
  const bool fine =
      set_policy(context.get(), *tls.policy) && set_tickets(context.get(), set, tls, parts.keys) &&
      std::ranges::all_of(set, [&](const auto& certificate) { return use(context.get(), certificate); });
  if (!fine) return failure("the certificate cannot be used: " + tls_error());
  return context;
}

}  // namespace sluice
