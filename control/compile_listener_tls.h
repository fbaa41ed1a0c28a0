// The TLS of a listener, compiled: its files read, parsed and matched. The check calls it for what it finds.
#pragma once

#include <string>

#include "control/config.h"
#include "control/findings.h"

namespace sluice {

// `key`: of the section, "listeners[0].tls".
[[nodiscard]] Certificate compile_certificate(const config::CertificateFiles& from, const std::string& key,
                                              config::Findings& findings);
[[nodiscard]] ListenerTls compile_listener_tls(const config::ListenerTls& from, const std::string& key,
                                               config::Findings& findings);

}  // namespace sluice
