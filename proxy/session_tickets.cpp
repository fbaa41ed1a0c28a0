#include "proxy/session_tickets.h"

#include <openssl/core_names.h>
#include <openssl/rand.h>

#include <array>
#include <string_view>

namespace sluice {
namespace {

using DigestPtr = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

bool set_mac(EVP_MAC_CTX* mac, TicketKeys::Key& key) {
  char digest[] = "SHA256";
  const std::array parameters{
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key.mac.data(), key.mac.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end(),
  };
  return EVP_MAC_CTX_set_params(mac, parameters.data()) == 1;
}

// What SSL_CTX_set_tlsext_ticket_key_evp_cb(3) wants returned.
enum Answer : int { failed = -1, unknown_key = 0, fine = 1, fine_but_renew = 2 };

int seal(const TicketKeys& keys, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
         EVP_MAC_CTX* mac) {
  auto key = keys.current();
  std::copy(key.name.begin(), key.name.end(), name);
  const bool ready = RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) == 1 &&
                     EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key.cipher.data(), iv) == 1 &&
                     set_mac(mac, key);
  return ready ? fine : failed;
}

int open(const TicketKeys& keys, const unsigned char* name, const unsigned char* iv, EVP_CIPHER_CTX* cipher,
         EVP_MAC_CTX* mac) {
  auto found =
      keys.find(std::span<const unsigned char, TicketKeys::name_bytes>(name, TicketKeys::name_bytes));
  if (!found) return unknown_key;
  const bool ready =
      EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, found->key.cipher.data(), iv) == 1 &&
      set_mac(mac, found->key);
  if (!ready) return failed;
  return found->current ? fine : fine_but_renew;
}

int on_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
              int sealing) {
  const auto& keys = *static_cast<const TicketKeys*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  return sealing ? seal(keys, name, iv, cipher, mac) : open(keys, name, iv, cipher, mac);
}

// Each text after its length, so that no two lists of texts are one.
bool digest_text(EVP_MD_CTX* digest, std::string_view text) {
  const std::uint64_t size = text.size();
  return EVP_DigestUpdate(digest, &size, sizeof size) == 1 &&
         EVP_DigestUpdate(digest, text.data(), text.size()) == 1;
}

// Under what a ticket is given.
bool digest_terms(EVP_MD_CTX* digest, const CertificateSet& set, const ClientAuth& auth) {
  for (const auto& certificate : set) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> one;
    unsigned size = 0;
    if (X509_digest(certificate.leaf.get(), EVP_sha256(), one.data(), &size) != 1) return false;
    if (!digest_text(digest, {reinterpret_cast<const char*>(one.data()), size})) return false;
  }
  const char mode = static_cast<char>(auth.mode);
  return digest_text(digest, {&mode, 1}) && digest_text(digest, auth.ca) && digest_text(digest, auth.crl);
}

bool set_id_context(SSL_CTX* context, const CertificateSet& set, const ClientAuth& auth) {
  const DigestPtr digest(EVP_MD_CTX_new());
  std::array<unsigned char, EVP_MAX_MD_SIZE> id;
  unsigned size = 0;
  return digest && EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) == 1 &&
         digest_terms(digest.get(), set, auth) && EVP_DigestFinal_ex(digest.get(), id.data(), &size) == 1 &&
         SSL_CTX_set_session_id_context(context, id.data(), size) == 1;
}

}  // namespace

bool set_tickets(SSL_CTX* context, const CertificateSet& set, const ListenerTls& tls,
                 const TicketKeys& keys) {
  // A ticket holds the client's certificate without its issuers, and nobody would look at it again: where
  // clients show one, each connection is a full handshake.
  const bool given = tls.client_auth.mode == ClientAuth::Mode::off;
  if (!given) SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_timeout(context, TicketKeys::lifetime.count());
  SSL_CTX_set_app_data(context, const_cast<TicketKeys*>(&keys));
  return SSL_CTX_set_num_tickets(context, given ? 1 : 0) == 1 &&
         SSL_CTX_set_tlsext_ticket_key_evp_cb(context, on_ticket) == 1 &&
         set_id_context(context, set, tls.client_auth);
}

}  // namespace sluice
