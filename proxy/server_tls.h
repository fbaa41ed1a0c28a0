// TLS to the clients of one listener: OpenSSL's settings, made once per certificate set and shared by all
// workers (SSL_CTX is safe to share between threads).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/tls_common.h"
#include "routing/listener.h"
#include "routing/result.h"

namespace sluice {

// Terminates TLS 1.2 and 1.3: several certificates by SNI, session tickets, ALPN.
class ServerTls {
 public:
  // A client that offers none of `alpn` is refused (RFC 7301, 3.2); one that offers nothing speaks HTTP/1.1.
  [[nodiscard]] static Result<std::shared_ptr<const ServerTls>, std::string> make(const ListenerTls& tls,
                                                                                  Alpn alpn);

  [[nodiscard]] SSL_CTX* context() const noexcept { return default_.get(); }

 private:
  struct Named {
    std::string name;  // lower case, perhaps "*.example.com"
    SSL_CTX* context;
  };
  explicit ServerTls(Alpn alpn) : alpn_(alpn) {}
  void add(SslContext context, const std::vector<std::string>& names);
  void index_names();
  // The context of a name as the client sent it: its own, else its wildcard's; null if nobody carries it.
  [[nodiscard]] SSL_CTX* find(std::string_view server_name) const noexcept;
  [[nodiscard]] SSL_CTX* find_exactly(std::string_view name) const noexcept;
  static int on_client_hello(SSL* ssl, int* alert, void* self);

  Alpn alpn_;  // the contexts point to it
  SslContext default_;
  std::vector<SslContext> others_;
  std::vector<Named> names_;  // by name
};

}  // namespace sluice
