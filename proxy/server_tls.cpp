#include "proxy/server_tls.h"

#include <algorithm>
#include <array>

#include "proxy/server_context.h"

namespace sluice {
namespace {

// The host name of a server_name extension (RFC 6066, 3); empty if it has none or is malformed, which OpenSSL
// refuses.
std::string_view server_name_of(SSL* ssl) {
  constexpr std::size_t header = 5;  // list length (2), type (1), name length (2)
  const unsigned char* data = nullptr;
  std::size_t size = 0;
  if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &data, &size) != 1 || size < header) return {};
  const std::size_t name_size = (std::size_t{data[3]} << 8) | data[4];
  if (data[2] != TLSEXT_NAMETYPE_host_name || name_size > size - header) return {};
  return {reinterpret_cast<const char*>(data + header), name_size};
}

}  // namespace

Result<std::shared_ptr<const ServerTls>, std::string> ServerTls::make(const ListenerTls& tls, Alpn alpn,
                                                                      const TicketKeys& keys) {
  const auto sets = load_sets(tls.certificates);
  if (!sets) return failure(sets.error());
  std::shared_ptr<ServerTls> server(new ServerTls(alpn, tls.client_auth.mode));
  for (const auto& set : *sets)
    for (const auto& certificate : set) server->take_note_of(certificate);
  for (const auto& set : *sets) {
    auto context = server_context(set, tls, {server->alpn_, server->staples_, keys});
    if (!context) return failure(context.error());
    server->add(std::move(*context), set.front().names);
  }
  server->index_names();
  // At the hello, not at OpenSSL's later servername callback: a TLS 1.3 ticket is judged in between, and must
  // be judged by the id context of the name that it comes with.
  SSL_CTX_set_client_hello_cb(server->context(), on_client_hello, server.get());
  return std::shared_ptr<const ServerTls>(std::move(server));
}

void ServerTls::take_note_of(const LoadedCertificate& certificate) {
  const auto* leaf = certificate.leaf.get();
  ServedCertificate served{.name = certificate.names.empty() ? "" : certificate.names.front(),
                           .not_after = time_of(X509_get0_notAfter(leaf)),
                           .staple_until = {}};
  if (auto staple = staple_of(leaf, certificate.ocsp)) {
    served.staple_until = staple->until;
    staples_.push_back(std::move(*staple));
  }
  served_.push_back(std::move(served));
}

void ServerTls::add(SslContext context, const std::vector<std::string>& names) {
  for (const auto& name : names) names_.push_back({name, context.get()});
  if (!default_) {
    default_ = std::move(context);
  } else {
    others_.push_back(std::move(context));
  }
}

// Of several certificates for a name the first one stays.
void ServerTls::index_names() {
  std::stable_sort(names_.begin(), names_.end(),
                   [](const Named& a, const Named& b) { return a.name < b.name; });
  const auto last = std::unique(names_.begin(), names_.end(),
                                [](const Named& a, const Named& b) { return a.name == b.name; });
  names_.erase(last, names_.end());
}

SSL_CTX* ServerTls::find_exactly(std::string_view name) const noexcept {
  const auto at = std::lower_bound(names_.begin(), names_.end(), name,
                                   [](const Named& a, std::string_view b) { return a.name < b; });
  return at != names_.end() && at->name == name ? at->context : nullptr;
}

SSL_CTX* ServerTls::find(std::string_view server_name) const noexcept {
  std::array<char, 256> lowered;
  if (server_name.empty() || server_name.size() > lowered.size()) return nullptr;
  std::transform(server_name.begin(), server_name.end(), lowered.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const std::string_view name(lowered.data(), server_name.size());
  if (auto* context = find_exactly(name)) return context;
  const auto dot = name.find('.');
  if (dot == 0 || dot == std::string_view::npos) return nullptr;
  lowered[dot - 1] = '*';  // in place of the whole left label (RFC 6125, 6.4.3)
  return find_exactly(name.substr(dot - 1));
}

int ServerTls::on_client_hello(SSL* ssl, int*, void* self) {
  const auto* server = static_cast<const ServerTls*>(self);
  auto* context = server->find(server_name_of(ssl));
  if (context && context != SSL_get_SSL_CTX(ssl)) SSL_set_SSL_CTX(ssl, context);
  return SSL_CLIENT_HELLO_SUCCESS;
}

}  // namespace sluice
