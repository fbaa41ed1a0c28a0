// OpenSSL's settings for the certificates of one set of names: what ServerTls has one of for each.
#pragma once

#include <vector>

#include "proxy/certificates.h"
#include "proxy/ocsp_staple.h"
#include "proxy/ticket_keys.h"
#include "proxy/tls_common.h"

namespace sluice {

// All must outlive the context.
struct ServerContextParts {
  const Alpn& alpn;
  const std::vector<Staple>& staples;
  const TicketKeys& keys;
};

[[nodiscard]] Result<SslContext, std::string> server_context(const CertificateSet& set,
                                                             const ListenerTls& tls,
                                                             const ServerContextParts& parts);

}  // namespace sluice
