// Certificates, keys and CA files: read, parsed and matched before anything is published, so that a bad file
// is refused while the old material stays in use. Texts are PEM; the data plane makes its own OpenSSL objects
// from them.
#pragma once

#include <optional>
#include <string>

#include "routing/listener.h"
#include "routing/result.h"

namespace sluice {

// Each gives the file's text, or what is wrong with it.
[[nodiscard]] Result<std::string, std::string> load_chain(
    const std::string& path);  // the server's first, then its issuers
[[nodiscard]] Result<std::string, std::string> load_key(const std::string& path);  // without passphrase
[[nodiscard]] Result<std::string, std::string> load_ca(const std::string& path);
[[nodiscard]] Result<std::string, std::string> load_crl(const std::string& path);
[[nodiscard]] Result<std::string, std::string> load_ocsp(const std::string& path);  // a response, DER

// Why OpenSSL would not serve with this chain and key (they do not match, the key is too weak); nothing if it
// would.
[[nodiscard]] std::optional<std::string> why_unusable(const Certificate& certificate);
// Why its OCSP response cannot be one: it is about another certificate. That it is too old is no reason: it
// may be replaced any time.
[[nodiscard]] std::optional<std::string> why_not_stapled(const Certificate& certificate);

}  // namespace sluice
