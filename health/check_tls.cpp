#include "health/check_tls.h"

namespace sluice {

namespace ssl = boost::asio::ssl;

std::shared_ptr<ssl::context> make_check_tls(const UpstreamTls* tls) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  auto* native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  boost::system::error_code error;  // with an authority missing, verification fails, and says so
  if (!tls || !tls->verify) {
    context->set_verify_mode(ssl::verify_none, error);
    return context;
  }
  context->set_verify_mode(ssl::verify_peer, error);
  if (tls->ca.empty()) {
    context->set_default_verify_paths(error);
  } else {
    context->add_certificate_authority(boost::asio::buffer(tls->ca), error);
    X509_STORE_set_flags(SSL_CTX_get_cert_store(native), X509_V_FLAG_PARTIAL_CHAIN);
  }
  return context;
}

}  // namespace sluice
