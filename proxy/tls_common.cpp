#include "proxy/tls_common.h"

#include <openssl/err.h>

#include <cstring>

namespace sluice {

std::string tls_error() {
  const auto error = ERR_peek_last_error();
  if (ERR_SYSTEM_ERROR(error)) return std::strerror(ERR_GET_REASON(error));
  const auto* reason = ERR_reason_error_string(error);
  return reason ? reason : "unknown error";
}

std::string_view alpn_wire(Alpn protocols) noexcept {
  static constexpr std::string_view both = "\x02h2\x08http/1.1";
  constexpr std::size_t h2_size = 3;
  switch (protocols) {
    case Alpn::http11:
      return both.substr(h2_size);
    case Alpn::h2:
      return both.substr(0, h2_size);
    case Alpn::h2_or_http11:
      break;
  }
  return both;
}

void set_common(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

}  // namespace sluice
