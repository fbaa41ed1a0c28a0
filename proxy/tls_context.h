// OpenSSL's settings for one listener or one target group, made once per certificate set and shared by all
// workers (SSL_CTX is safe to share between threads).
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "routing/listener.h"
#include "routing/result.h"
#include "routing/target_group.h"

namespace sluice {

using SslContext = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

// What this thread's last failed OpenSSL call says of it ("key values mismatch"); "unknown error" if nothing.
[[nodiscard]] std::string tls_error();

// Terminates TLS 1.2 and 1.3: several certificates by SNI, session tickets, ALPN http/1.1.
class ServerTls {
 public:
  [[nodiscard]] static Result<std::shared_ptr<const ServerTls>, std::string> make(const ListenerTls& tls);

  [[nodiscard]] SSL_CTX* context() const noexcept { return default_.get(); }

 private:
  struct Named {
    std::string name;  // lower case, perhaps "*.example.com"
    SSL_CTX* context;
  };
  ServerTls() : default_(nullptr, SSL_CTX_free) {}
  void add(SslContext context, const std::vector<std::string>& names);
  void index_names();
  // The context of a name as the client sent it: its own, else its wildcard's; null if nobody carries it.
  [[nodiscard]] SSL_CTX* find(std::string_view server_name) const noexcept;
  [[nodiscard]] SSL_CTX* find_exactly(std::string_view name) const noexcept;
  static int on_client_hello(SSL* ssl, int* alert, void* self);

  SslContext default_;
  std::vector<SslContext> others_;
  std::vector<Named> names_;  // by name
};

// Speaks TLS to the targets of one group; verifies them unless told not to.
class ClientTls {
 public:
  [[nodiscard]] static Result<std::shared_ptr<const ClientTls>, std::string> make(const UpstreamTls& tls);

  [[nodiscard]] SSL_CTX* context() const noexcept { return context_.get(); }
  // The name to ask for and to verify: the group's own, else the target's host.
  [[nodiscard]] const std::string& server_name() const noexcept { return server_name_; }
  [[nodiscard]] bool verifies() const noexcept { return verify_; }

 private:
  ClientTls() : context_(nullptr, SSL_CTX_free) {}

  SslContext context_;
  std::string server_name_;
  bool verify_ = true;
};

}  // namespace sluice
