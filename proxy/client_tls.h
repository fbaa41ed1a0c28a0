// TLS to the targets of one group: OpenSSL's settings, made once and shared by all workers (SSL_CTX is safe
// to share between threads).
#pragma once

#include <memory>
#include <string>

#include "proxy/tls_common.h"
#include "routing/result.h"
#include "routing/target_group.h"

namespace sluice {

// Verifies the targets unless told not to.
class ClientTls {
 public:
  // `alpn`: the protocols to offer. Whoever needs one of them asks TlsStream::protocol() for what was agreed.
  [[nodiscard]] static Result<std::shared_ptr<const ClientTls>, std::string> make(const UpstreamTls& tls,
                                                                                  Alpn alpn);

  [[nodiscard]] SSL_CTX* context() const noexcept { return context_.get(); }
  // The name to ask for and to verify: the group's own, else the target's host.
  [[nodiscard]] const std::string& server_name() const noexcept { return server_name_; }
  [[nodiscard]] bool verifies() const noexcept { return verify_; }

 private:
  ClientTls() = default;

  SslContext context_;
  std::string server_name_;
  bool verify_ = true;
};

}  // namespace sluice
