#include "control/api/admin_tls.h"

namespace sluice {

namespace ssl = boost::asio::ssl;

Result<std::shared_ptr<ssl::context>, std::string> admin_tls(const Certificate& certificate) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  boost::system::error_code error;
  context->use_certificate_chain(boost::asio::buffer(certificate.chain), error);
  if (!error) context->use_private_key(boost::asio::buffer(certificate.key), ssl::context::pem, error);
  if (error) return failure(error.message());
  return context;
}

}  // namespace sluice
