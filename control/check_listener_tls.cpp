#include "control/check_listener_tls.h"

#include "control/compile_listener_tls.h"

namespace sluice::config {
namespace {

void check_client_auth(const ClientAuthFiles& auth, const std::string& key, Findings& findings) {
  if (auth.mode == ClientAuth::Mode::verify) {
    if (auth.ca.empty())
      findings.add(key + ".mode", "verify needs `ca: FILE`, by which clients are verified");
    return;
  }
  for (const auto& [name, file] : {std::pair{".ca", auth.ca}, std::pair{".crl", auth.crl}})
    if (!file.empty()) findings.add(key + name, "needs `mode: verify`: no other mode looks at it");
}

}  // namespace

void check_listener_tls(const Listener& listener, const std::string& key, Findings& findings) {
  const bool https = listener.protocol == ListenerProtocol::https;
  if (https && listener.h2c)
    findings.add(key + ".h2c", "is for `protocol: http`; https agrees on HTTP/2 by ALPN");
  if (!https && listener.tls) findings.add(key + ".tls", "needs `protocol: https`");
  if (https && (!listener.tls || listener.tls->certificates.empty()))
    findings.add(key + ".protocol", "https needs `tls: { certificates: [{ cert: FILE, key: FILE }] }`");
  if (!listener.tls) return;
  check_client_auth(listener.tls->client_auth, key + ".tls.client_auth", findings);
  std::ignore = compile_listener_tls(*listener.tls, key + ".tls", findings);
}

}  // namespace sluice::config
