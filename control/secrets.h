// What Sluice signs cookies and overrides with. A service names a file of secrets, one a line, of which the
// first signs and all are believed; services that name none share one that Sluice makes itself and keeps in
// its state directory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "routing/result.h"
#include "routing/signature.h"

namespace sluice {

using Secrets = std::vector<std::string>;

// The secrets of a file; the error says what is wrong with it.
[[nodiscard]] Result<Secrets, std::string> read_secrets(const std::string& path);

// The one in DIR/cookie.key, made when it is not there; without a directory (empty) a new one, which a
// restart forgets.
[[nodiscard]] Result<Secrets, std::string> own_secrets(const std::string& state_directory);

// The keys for one purpose ("identity", "pin shop"): SHA-256 of purpose and secret, cut to SipHash's 128
// bits, so that a value that was signed for one purpose never passes for another.
[[nodiscard]] SigningKeys derive_keys(const Secrets& secrets, std::string_view purpose);

}  // namespace sluice
