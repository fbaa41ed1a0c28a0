#include "proxy/client_tls.h"

#include <openssl/err.h>

#include "proxy/certificates.h"

namespace sluice {
namespace {

Result<void, std::string> trust_authorities(SSL_CTX* context, const std::string& ca) {
  if (ca.empty()) {
    if (SSL_CTX_set_default_verify_paths(context) != 1)
      return failure("no system trust store: " + tls_error());
    return {};
  }
  const auto authorities = read_certificates(ca);
  if (!authorities) return failure("CA: " + authorities.error());
  const auto trusted = trust(SSL_CTX_get_cert_store(context), *authorities);
  if (!trusted) return failure("CA: " + trusted.error());
  return {};
}

}  // namespace

Result<std::shared_ptr<const ClientTls>, std::string> ClientTls::make(const UpstreamTls& tls, Alpn alpn) {
  ERR_clear_error();
  std::shared_ptr<ClientTls> client(new ClientTls());
  client->context_.reset(SSL_CTX_new(TLS_client_method()));
  if (!client->context_) return failure(tls_error());
  set_common(client->context());
  const auto offered = alpn_wire(alpn);
  SSL_CTX_set_alpn_protos(client->context(), reinterpret_cast<const unsigned char*>(offered.data()),
                          static_cast<unsigned>(offered.size()));
  client->server_name_ = tls.server_name;
  client->verify_ = tls.verify;
  SSL_CTX_set_verify(client->context(), tls.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  if (tls.verify) {
    if (const auto trusted = trust_authorities(client->context(), tls.ca); !trusted)
      return failure(trusted.error());
  }
  return std::shared_ptr<const ClientTls>(std::move(client));
}

}  // namespace sluice
