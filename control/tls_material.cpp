#include "control/tls_material.h"

#include <memory>

#include <openssl/err.h>
#include <openssl/ocsp.h>
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
using CrlRef = std::unique_ptr<X509_CRL, Freed<X509_CRL_free>>;
using ResponseRef = std::unique_ptr<OCSP_RESPONSE, Freed<OCSP_RESPONSE_free>>;
using BasicRef = std::unique_ptr<OCSP_BASICRESP, Freed<OCSP_BASICRESP_free>>;
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

CrlRef next_crl(BIO* pem) {
  return CrlRef(PEM_read_bio_X509_CRL(pem, nullptr, no_passphrase, nullptr));
}

// The text of a file that holds one PEM object or more, and nothing broken among them.
template <class Next>
Result<std::string, std::string> load_all(const std::string& path, const std::string& kind, Next next) {
  auto text = read_file_text(path);
  if (!text) return failure("cannot read " + path + ": " + text.error());
  ERR_clear_error();
  const auto pem = reader_of(*text);
  int count = 0;
  while (next(pem.get())) ++count;
  const bool whole = at_end_of_pem();
  const auto reason = last_reason();
  ERR_clear_error();
  if (count == 0 && whole) return failure(path + " has no PEM " + kind + " in it");
  if (!whole) return failure(path + " has a broken " + kind + " in it: " + reason);
  return text;
}

// The statements of a successful response; null if it is none.
BasicRef statements_of(const std::string& der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const ResponseRef response(d2i_OCSP_RESPONSE(nullptr, &at, static_cast<long>(der.size())));
  if (!response || OCSP_response_status(response.get()) != OCSP_RESPONSE_STATUS_SUCCESSFUL) return {};
  return BasicRef(OCSP_response_get1_basic(response.get()));
}

bool speaks_of(OCSP_BASICRESP* statements, const X509* certificate) {
  for (int i = 0; i < OCSP_resp_count(statements); ++i) {
    const auto* id = OCSP_SINGLERESP_get0_id(OCSP_resp_get0(statements, i));
    ASN1_INTEGER* serial = nullptr;
    OCSP_id_get0_info(nullptr, nullptr, nullptr, &serial, const_cast<OCSP_CERTID*>(id));
    if (ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(certificate)) == 0) return true;
  }
  return false;
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
  return load_all(path, "certificate", next_certificate);
}
Result<std::string, std::string> load_ca(const std::string& path) {
  return load_all(path, "certificate", next_certificate);
}
Result<std::string, std::string> load_crl(const std::string& path) {
  return load_all(path, "certificate revocation list", next_crl);
}

Result<std::string, std::string> load_ocsp(const std::string& path) {
  auto text = read_file_text(path);
  if (!text) return failure("cannot read " + path + ": " + text.error());
  const bool response = statements_of(*text) != nullptr;
  ERR_clear_error();
  if (!response)
    return failure(path + " has no successful OCSP response in it; write one with openssl ocsp -respout");
  return text;
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

std::optional<std::string> why_not_stapled(const Certificate& certificate) {
  const auto leaf = next_certificate(reader_of(certificate.chain).get());
  const auto statements = statements_of(certificate.ocsp);
  if (leaf && statements && speaks_of(statements.get(), leaf.get())) return {};
  return "the OCSP response is about another certificate";
}

}  // namespace sluice
