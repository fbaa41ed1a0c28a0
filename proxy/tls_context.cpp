#include "proxy/tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

namespace sluice {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using X509Ptr = std::unique_ptr<X509, Freed<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>>;
using DigestPtr = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

// ECDHE and AEAD only: ELBSecurityPolicy-TLS13-1-2-2021-06 without its CBC suites, and with ChaCha20.
constexpr const char* tls12_ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* tls13_ciphers =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr std::array<unsigned char, 9> alpn_http11{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
constexpr long session_seconds = 3600;

// ---- PEM ----

struct LoadedCertificate {
  X509Ptr leaf;
  std::vector<X509Ptr> issuers;
  KeyPtr key;
  std::vector<std::string> names;  // sorted, lower case
};

Bio reader_of(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// Without one, OpenSSL would ask at the terminal.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

// All the certificates of a text, at least one.
Result<std::vector<X509Ptr>, std::string> read_certificates(const std::string& pem) {
  ERR_clear_error();
  const auto reader = reader_of(pem);
  std::vector<X509Ptr> found;
  while (X509Ptr next{PEM_read_bio_X509(reader.get(), nullptr, no_passphrase, nullptr)}) {
    found.push_back(std::move(next));
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (!at_end) return failure("a certificate cannot be read: " + tls_error());
  if (found.empty()) return failure(std::string("there is no PEM certificate"));
  ERR_clear_error();
  return found;
}

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  for (auto& c : lowered) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lowered;
}

std::string_view text_of(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

std::optional<std::string_view> common_name(const X509* certificate) {
  const auto* subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return {};
  return text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
}

// The DNS names a certificate is for; its common name counts only if it has no alternative names (RFC
// 6125, 6.4.4).
std::vector<std::string> names_of(const X509* certificate) {
  std::vector<std::string> names;
  const NamesPtr alternatives(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; alternatives && i < sk_GENERAL_NAME_num(alternatives.get()); ++i) {
    const auto* name = sk_GENERAL_NAME_value(alternatives.get(), i);
    if (name->type == GEN_DNS) names.push_back(lower_case(text_of(name->d.dNSName)));
  }
  if (!alternatives) {
    if (const auto common = common_name(certificate)) names.push_back(lower_case(*common));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

Result<LoadedCertificate, std::string> load(const Certificate& certificate) {
  auto chain = read_certificates(certificate.chain);
  if (!chain) return failure(chain.error());
  LoadedCertificate loaded;
  loaded.leaf = std::move(chain->front());
  loaded.issuers.assign(std::make_move_iterator(chain->begin() + 1), std::make_move_iterator(chain->end()));
  loaded.key.reset(
      PEM_read_bio_PrivateKey(reader_of(certificate.key).get(), nullptr, no_passphrase, nullptr));
  if (!loaded.key)
    return failure("the key cannot be read (it must be PEM without a passphrase): " + tls_error());
  if (X509_check_private_key(loaded.leaf.get(), loaded.key.get()) != 1) {
    return failure("the key does not match the certificate: " + tls_error());
  }
  loaded.names = names_of(loaded.leaf.get());
  return loaded;
}

// ---- server contexts ----

using CertificateSet = std::vector<LoadedCertificate>;  // for the same names, each with a key of another kind

bool joins(const CertificateSet& set, const LoadedCertificate& certificate) {
  const auto same_kind = [&](const LoadedCertificate& other) {
    return EVP_PKEY_get_base_id(other.key.get()) == EVP_PKEY_get_base_id(certificate.key.get());
  };
  return set.front().names == certificate.names && std::none_of(set.begin(), set.end(), same_kind);
}

// RSA and ECDSA certificates for the same names go side by side: the client's signature algorithms choose.
Result<std::vector<CertificateSet>, std::string> load_sets(const ListenerTls& tls) {
  std::vector<CertificateSet> sets;
  for (std::size_t i = 0; i < tls.certificates.size(); ++i) {
    auto loaded = load(tls.certificates[i]);
    if (!loaded) return failure("certificate " + std::to_string(i + 1) + ": " + loaded.error());
    auto set = std::find_if(sets.begin(), sets.end(), [&](const auto& s) { return joins(s, *loaded); });
    if (set == sets.end()) set = sets.emplace(set);
    set->push_back(std::move(*loaded));
  }
  if (sets.empty()) return failure(std::string("there is no certificate"));
  return sets;
}

// RFC 7301, 3.2: a client that offers only protocols that we do not speak is refused.
int choose_alpn(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                unsigned offered_size, void*) {
  const bool agreed =
      SSL_select_next_proto(const_cast<unsigned char**>(chosen), size, alpn_http11.data(), alpn_http11.size(),
                            offered, offered_size) == OPENSSL_NPN_NEGOTIATED;
  return agreed ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// What both sides share. OpenSSL's own buffers (34 KiB) live only while bytes are in them.
void set_common(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
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

Result<SslContext, std::string> server_context(const CertificateSet& set) {
  ERR_clear_error();
  SslContext context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) return failure(tls_error());
  set_common(context.get());
  SSL_CTX_set_alpn_select_cb(context.get(), choose_alpn, nullptr);
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

std::string tls_error() {
  const auto error = ERR_peek_last_error();
  if (ERR_SYSTEM_ERROR(error)) return std::strerror(ERR_GET_REASON(error));
  const auto* reason = ERR_reason_error_string(error);
  return reason ? reason : "unknown error";
}

Result<std::shared_ptr<const ServerTls>, std::string> ServerTls::make(const ListenerTls& tls) {
  const auto sets = load_sets(tls);
  if (!sets) return failure(sets.error());
  std::shared_ptr<ServerTls> server(new ServerTls());
  for (const auto& set : *sets) {
    auto context = server_context(set);
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

// ---- client ----

namespace {

// What the operator gives is trusted as it is, be it a root, an intermediate or the server's own certificate.
Result<void, std::string> trust(SSL_CTX* context, const std::string& ca) {
  if (ca.empty()) {
    if (SSL_CTX_set_default_verify_paths(context) != 1)
      return failure("no system trust store: " + tls_error());
    return {};
  }
  const auto certificates = read_certificates(ca);
  if (!certificates) return failure("CA: " + certificates.error());
  auto* store = SSL_CTX_get_cert_store(context);
  for (const auto& certificate : *certificates) {
    if (X509_STORE_add_cert(store, certificate.get()) != 1) return failure("CA: " + tls_error());
  }
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  return {};
}

}  // namespace

Result<std::shared_ptr<const ClientTls>, std::string> ClientTls::make(const UpstreamTls& tls) {
  ERR_clear_error();
  std::shared_ptr<ClientTls> client(new ClientTls());
  client->context_.reset(SSL_CTX_new(TLS_client_method()));
  if (!client->context_) return failure(tls_error());
  set_common(client->context());
  SSL_CTX_set_alpn_protos(client->context(), alpn_http11.data(), alpn_http11.size());
  client->server_name_ = tls.server_name;
  client->verify_ = tls.verify;
  SSL_CTX_set_verify(client->context(), tls.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  if (tls.verify) {
    if (const auto trusted = trust(client->context(), tls.ca); !trusted) return failure(trusted.error());
  }
  return std::shared_ptr<const ClientTls>(std::move(client));
}

}  // namespace sluice
