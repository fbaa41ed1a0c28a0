#include "proxy/server_tls.h"

#include <openssl/err.h>

#include <algorithm>
#include <array>

#include "proxy/certificates.h"

namespace sluice {
namespace {

using DigestPtr = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

// ECDHE and AEAD only: ELBSecurityPolicy-TLS13-1-2-2021-06 without its CBC suites, and with ChaCha20.
constexpr const char* tls12_ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* tls13_ciphers =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr long session_seconds = 3600;

// RFC 7301, 3.2: a client that offers only protocols that we do not speak is refused.
int choose_alpn(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                unsigned offered_size, void* protocols) {
  const auto ours = alpn_wire(*static_cast<const Alpn*>(protocols));
  const bool agreed = SSL_select_next_proto(const_cast<unsigned char**>(chosen), size,
                                            reinterpret_cast<const unsigned char*>(ours.data()),
                                            static_cast<unsigned>(ours.size()), offered,
                                            offered_size) == OPENSSL_NPN_NEGOTIATED;
  return agreed ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// Tickets are the only memory of sessions; all names share the keys of the default context, and the session's
// id context keeps a ticket to the certificates that it was given under.
bool set_sessions(SSL_CTX* context, const CertificateSet& set) {
  const DigestPtr digest(EVP_MD_CTX_new());
  std::array<unsigned char, EVP_MAX_MD_SIZE> id;
  unsigned size = 0;
  bool fine = digest && EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) == 1;
  for (const auto& certificate : set) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> one;
    fine = fine && X509_digest(certificate.leaf.get(), EVP_sha256(), one.data(), &size) == 1 &&
           EVP_DigestUpdate(digest.get(), one.data(), size) == 1;
  }
  fine = fine && EVP_DigestFinal_ex(digest.get(), id.data(), &size) == 1;
  SSL_CTX_set_timeout(context, session_seconds);
  return fine && SSL_CTX_set_num_tickets(context, 1) == 1 &&
         SSL_CTX_set_session_id_context(context, id.data(), size) == 1;
}

bool set_ciphers(SSL_CTX* context) {
  SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  return SSL_CTX_set_cipher_list(context, tls12_ciphers) == 1 &&
         SSL_CTX_set_ciphersuites(context, tls13_ciphers) == 1;
}

bool use(SSL_CTX* context, const LoadedCertificate& certificate) {
  if (SSL_CTX_use_certificate(context, certificate.leaf.get()) != 1) return false;
  if (SSL_CTX_use_PrivateKey(context, certificate.key.get()) != 1) return false;
  return std::all_of(certificate.issuers.begin(), certificate.issuers.end(), [&](const X509Ptr& issuer) {
    return SSL_CTX_add1_chain_cert(context, issuer.get()) == 1;
  });
}

Result<SslContext, std::string> server_context(const CertificateSet& set, const Alpn& alpn) {
  ERR_clear_error();
  SslContext context(SSL_CTX_new(TLS_server_method()));
  if (!context) return failure(tls_error());
  set_common(context.get());
  SSL_CTX_set_alpn_select_cb(context.get(), choose_alpn, const_cast<Alpn*>(&alpn));
  const bool fine = set_ciphers(context.get()) && set_sessions(context.get(), set) &&
                    std::all_of(set.begin(), set.end(), [&](const LoadedCertificate& certificate) {
                      return use(context.get(), certificate);
                    });
  if (!fine) return failure("the certificate cannot be used: " + tls_error());
  return context;
}

// Answers the extension that on_client_hello() has acted upon (RFC 6066, 3: "SHALL include").
int acknowledge_server_name(SSL* ssl, int*, void*) {
  return SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name) ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

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

Result<std::shared_ptr<const ServerTls>, std::string> ServerTls::make(const ListenerTls& tls, Alpn alpn) {
  const auto sets = load_sets(tls.certificates);
  if (!sets) return failure(sets.error());
  std::shared_ptr<ServerTls> server(new ServerTls(alpn));
  for (const auto& set : *sets) {
    auto context = server_context(set, server->alpn_);
    if (!context) return failure(context.error());
    server->add(std::move(*context), set.front().names);
  }
  server->index_names();
  // At the hello, not at OpenSSL's later servername callback: a TLS 1.3 ticket is judged in between, and must
  // be judged by the id context of the name that it comes with.
  SSL_CTX_set_client_hello_cb(server->context(), on_client_hello, server.get());
  return std::shared_ptr<const ServerTls>(std::move(server));
}

void ServerTls::add(SslContext context, const std::vector<std::string>& names) {
  SSL_CTX_set_tlsext_servername_callback(context.get(), acknowledge_server_name);
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
