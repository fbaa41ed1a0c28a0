// TLS to the clients of one listener: OpenSSL's settings, made once per certificate set and shared by all
// workers (SSL_CTX is safe to share between threads).
#pragma once

#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/certificates.h"
#include "proxy/ocsp_staple.h"
#include "proxy/ticket_keys.h"
#include "proxy/tls_common.h"
#include "routing/result.h"

namespace sluice {

// A certificate as others need to know it. Times are seconds since the epoch.
struct ServedCertificate {
  std::string name;  // the first of its names; empty if it has none
  std::time_t not_after = 0;
  std::optional<std::time_t> staple_until;  // nothing: it has no OCSP response
};

// Terminates TLS as the listener's policy says: several certificates by SNI, session tickets, ALPN, client
// certificates, OCSP staples.
class ServerTls {
 public:
  // A client that offers none of `alpn` is refused (RFC 7301, 3.2); one that offers nothing speaks HTTP/1.1.
  [[nodiscard]] static Result<std::shared_ptr<const ServerTls>, std::string> make(
      const ListenerTls& tls, Alpn alpn, const TicketKeys& keys = TicketKeys::of_process());

  [[nodiscard]] SSL_CTX* context() const noexcept { return default_.get(); }
  [[nodiscard]] ClientAuth::Mode client_auth() const noexcept { return client_auth_; }
  [[nodiscard]] const std::vector<ServedCertificate>& certificates() const noexcept { return served_; }

 private:
  struct Named {
    std::string name;  // lower case, perhaps "*.example.com"
    SSL_CTX* context;
  };
  ServerTls(Alpn alpn, ClientAuth::Mode client_auth) : alpn_(alpn), client_auth_(client_auth) {}
  void take_note_of(const LoadedCertificate& certificate);
  void add(SslContext context, const std::vector<std::string>& names);
  void index_names();
  // The context of a name as the client sent it: its own, else its wildcard's; null if nobody carries it.
  [[nodiscard]] SSL_CTX* find(std::string_view server_name) const noexcept;
  [[nodiscard]] SSL_CTX* find_exactly(std::string_view name) const noexcept;
  static int on_client_hello(SSL* ssl, int* alert, void* self);

  Alpn alpn_;  // the contexts point to this and to the staples
  ClientAuth::Mode client_auth_;
  std::vector<ServedCertificate> served_;
  std::vector<Staple> staples_;
  SslContext default_;
  std::vector<SslContext> others_;
  std::vector<Named> names_;  // by name
};

}  // namespace sluice
