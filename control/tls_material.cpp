#include "control/tls_material.h"

#include <memory>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "control/file_text.h"

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
using X509Ref = std::unique_ptr<X509, Freed<X509_free>>;
using KeyRef = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using SslContext = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;

Bio reader_of(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// Without one, OpenSSL would ask at the terminal.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

X509Ref next_certificate(BIO* pem) {
  return X509Ref(PEM_read_bio_X509(pem, nullptr, no_passphrase, nullptr));
}

KeyRef key_of(const std::string& text) {
  return KeyRef(PEM_read_bio_PrivateKey(reader_of(text).get(), nullptr, no_passphrase, nullptr));
}

bool at_end_of_pem() {
  return ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
}

std::string last_reason() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason ? reason : "unknown error";
}

// The text of a file that holds one PEM certificate or more, and nothing broken among them.
Result<std::string, std::string> load_certificates(const std::string& path) {
  auto text = read_file_text(path);
  if (!text) return failure("cannot read " + path + ": " + text.error());
  ERR_clear_error();
  const auto pem = reader_of(*text);
  int count = 0;
  while (next_certificate(pem.get())) ++count;
  const bool whole = at_end_of_pem();
  const auto reason = last_reason();
  ERR_clear_error();
  if (count == 0 && whole) return failure(path + " has no PEM certificate in it");
  if (!whole) return failure(path + " has a broken certificate in it: " + reason);
  return text;
}

// What OpenSSL says when it is given both, as the data plane will.
bool accepts(SSL_CTX* context, const Certificate& certificate) {
  const auto leaf = next_certificate(reader_of(certificate.chain).get());
  const auto key = key_of(certificate.key);
  return leaf && key && SSL_CTX_use_certificate(context, leaf.get()) == 1 &&
         SSL_CTX_use_PrivateKey(context, key.get()) == 1 && SSL_CTX_check_private_key(context) == 1;
}

}  // namespace

Result<std::string, std::string> load_chain(const std::string& path) {
  return load_certificates(path);
}
Result<std::string, std::string> load_ca(const std::string& path) {
  return load_certificates(path);
}

Result<std::string, std::string> load_key(const std::string& path) {
  auto text = read_file_text(path);
  if (!text) return failure("cannot read " + path + ": " + text.error());
  const auto key = key_of(*text);
  ERR_clear_error();
  if (!key) return failure(path + " has no PEM private key without passphrase in it");
  return text;
}

std::optional<std::string> why_unusable(const Certificate& certificate) {
  const SslContext context(SSL_CTX_new(TLS_server_method()));
  ERR_clear_error();
  const bool fine = context && accepts(context.get(), certificate);
  const auto reason = last_reason();
  ERR_clear_error();
  if (fine) return {};
  return "the certificate and the key cannot be used together: " + reason;
}

}  // namespace sluice
