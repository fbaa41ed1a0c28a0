// PEM texts as OpenSSL's objects: certificates with their keys, and the names that they are for. ServerTls
// and ClientTls are made of them.
#pragma once

#include <openssl/x509.h>

#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "proxy/tls_common.h"
#include "routing/listener.h"
#include "routing/result.h"

namespace sluice {

using X509Ptr = std::unique_ptr<X509, Freed<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

struct LoadedCertificate {
  X509Ptr leaf;
  std::vector<X509Ptr> issuers;
  KeyPtr key;
  std::string ocsp;                // DER; empty: none
  std::vector<std::string> names;  // sorted, lower case, perhaps "*.example.com"
};
// For the same names, each with a key of another kind: the client's signature algorithms choose.
using CertificateSet = std::vector<LoadedCertificate>;

// All the certificates of a text, at least one.
[[nodiscard]] Result<std::vector<X509Ptr>, std::string> read_certificates(const std::string& pem);
// Likewise of revocation lists.
using CrlPtr = std::unique_ptr<X509_CRL, Freed<X509_CRL_free>>;
[[nodiscard]] Result<std::vector<CrlPtr>, std::string> read_revocations(const std::string& pem);

// What the operator gives is trusted as it is, be it a root, an intermediate or the peer's own certificate.
[[nodiscard]] Result<void, std::string> trust(X509_STORE* store, const std::vector<X509Ptr>& authorities);

// Seconds since the epoch.
[[nodiscard]] std::time_t time_of(const ASN1_TIME* time);

// In the order of the first of each set; at least one.
[[nodiscard]] Result<std::vector<CertificateSet>, std::string> load_sets(
    const std::vector<Certificate>& certificates);

}  // namespace sluice
