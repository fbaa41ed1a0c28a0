// A certificate's OCSP response, stapled to handshakes (RFC 6066, 8) while it is good.
#pragma once

#include <openssl/ssl.h>

#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include "proxy/certificates.h"

namespace sluice {

struct Staple {
  const X509* leaf = nullptr;  // whose it is; not owned
  std::string response;        // DER
  std::time_t until = 0;       // nextUpdate; the end of time where it has none
};

// Nothing for a response that has no statement about the certificate.
[[nodiscard]] std::optional<Staple> staple_of(const X509* leaf, std::string response);

// Clients of the context that ask get the staple of the certificate that they get, unless it has expired.
// `staples` must outlive the context.
void set_staples(SSL_CTX* context, const std::vector<Staple>& staples);

}  // namespace sluice
