#include "proxy/client_certificate.h"

#include <openssl/pem.h>

#include <array>
#include <ctime>

#include "proxy/certificates.h"

namespace sluice {
namespace {

using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using BigNumber = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using Names = std::unique_ptr<STACK_OF(X509_NAME), decltype([](STACK_OF(X509_NAME) * names) {
                                sk_X509_NAME_pop_free(names, X509_NAME_free);
                              })>;

constexpr int longest_chain = 4;              // of issuers, as with ALB
constexpr std::size_t largest_chain = 16384;  // bytes of DER that a client may send: they go into a header

int accept_any(X509_STORE_CTX*, void*) {
  return 1;
}

// Only who issues clients' certificates must have a list; of an intermediate that its own issuer says nothing of,
// nothing is known against it.
int excuse_missing_list(int fine, X509_STORE_CTX* verifying) {
  if (fine || X509_STORE_CTX_get_error(verifying) != X509_V_ERR_UNABLE_TO_GET_CRL ||
      X509_STORE_CTX_get_error_depth(verifying) == 0)
    return fine;
  X509_STORE_CTX_set_error(verifying, X509_V_OK);
  return 1;
}

// Clients with several certificates choose by these.
bool name_authorities(SSL_CTX* context, const std::vector<X509Ptr>& authorities) {
  Names names(sk_X509_NAME_new_null());
  for (const auto& authority : authorities) {
    auto* name = X509_NAME_dup(X509_get_subject_name(authority.get()));
    if (!names || !name || sk_X509_NAME_push(names.get(), name) == 0) {
      X509_NAME_free(name);
      return false;
    }
  }
  SSL_CTX_set_client_CA_list(context, names.release());
  return true;
}

Result<void, std::string> verify_by(SSL_CTX* context, const std::string& ca) {
  const auto authorities = read_certificates(ca);
  if (!authorities) return failure("client CA: " + authorities.error());
  const auto trusted = trust(SSL_CTX_get_cert_store(context), *authorities);
  if (!trusted) return failure("client CA: " + trusted.error());
  if (!name_authorities(context, *authorities)) return failure("client CA: " + tls_error());
  return {};
}

Result<void, std::string> look_at_revocations(SSL_CTX* context, const std::string& crl) {
  const auto lists = read_revocations(crl);
  if (!lists) return failure("client CRL: " + lists.error());
  auto* store = SSL_CTX_get_cert_store(context);
  for (const auto& list : *lists)
    if (X509_STORE_add_crl(store, list.get()) != 1) return failure("client CRL: " + tls_error());
  X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  SSL_CTX_set_verify(context, SSL_CTX_get_verify_mode(context), excuse_missing_list);
  return {};
}

// ---- header fields ----

std::string_view written(const Bio& out) {
  char* text = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

// URL-encoded, with "+=/" as they are.
void add_encoded(std::string& to, std::string_view text) {
  constexpr std::string_view safe = "-._~+=/";
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       safe.find(c) != std::string_view::npos;
    if (plain) {
      to += c;
      continue;
    }
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    to += '%';
    to += digits[byte >> 4];
    to += digits[byte & 15];
  }
}

void add_pem(std::string& to, const X509* certificate) {
  const Bio out(BIO_new(BIO_s_mem()));
  if (out && PEM_write_bio_X509(out.get(), certificate) == 1) add_encoded(to, written(out));
}

// RFC 2253, all of it printable ASCII: what is not is escaped.
void add_name(std::string& to, const X509_NAME* name) {
  const Bio out(BIO_new(BIO_s_mem()));
  if (out && X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253) >= 0) to += written(out);
}

void add_serial(std::string& to, const X509* certificate) {
  const BigNumber number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  char* digits = number ? BN_bn2hex(number.get()) : nullptr;
  if (!digits) return;
  to += digits;
  OPENSSL_free(digits);
}

void add_time(std::string& to, const ASN1_TIME* time) {
  const auto seconds = time_of(time);
  std::tm fields{};
  std::array<char, 32> text;
  if (::gmtime_r(&seconds, &fields))
    to.append(text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &fields));
}

std::string chain_line(const SSL* ssl, const X509* leaf) {
  std::string line = "X-Amzn-Mtls-Clientcert: ";
  add_pem(line, leaf);
  const auto* issuers = SSL_get_peer_cert_chain(ssl);  // a server's has no leaf
  for (int i = 0; issuers && i < sk_X509_num(issuers); ++i) add_pem(line, sk_X509_value(issuers, i));
  return line += "\r\n";
}

std::string identity_lines(const X509* leaf) {
  std::string lines = "X-Amzn-Mtls-Clientcert-Serial-Number: ";
  add_serial(lines, leaf);
  lines += "\r\nX-Amzn-Mtls-Clientcert-Issuer: ";
  add_name(lines, X509_get_issuer_name(leaf));
  lines += "\r\nX-Amzn-Mtls-Clientcert-Subject: ";
  add_name(lines, X509_get_subject_name(leaf));
  lines += "\r\nX-Amzn-Mtls-Clientcert-Validity: NotBefore=";
  add_time(lines, X509_get0_notBefore(leaf));
  lines += ";NotAfter=";
  add_time(lines, X509_get0_notAfter(leaf));
  lines += "\r\nX-Amzn-Mtls-Clientcert-Leaf: ";
  add_pem(lines, leaf);
  return lines += "\r\n";
}

}  // namespace

Result<void, std::string> demand_client_certificate(SSL_CTX* context, const ClientAuth& auth) {
  if (auth.mode == ClientAuth::Mode::off) return {};
  SSL_CTX_set_max_cert_list(context, largest_chain);
  if (auth.mode == ClientAuth::Mode::passthrough) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context, accept_any, nullptr);
    return {};
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_verify_depth(context, longest_chain);
  if (auto verifies = verify_by(context, auth.ca); !verifies) return verifies;
  if (auth.crl.empty()) return {};
  return look_at_revocations(context, auth.crl);
}

std::string client_certificate_lines(const SSL* ssl, ClientAuth::Mode mode) {
  const auto* leaf = mode == ClientAuth::Mode::off ? nullptr : SSL_get0_peer_certificate(ssl);
  if (!leaf) return {};
  return mode == ClientAuth::Mode::passthrough ? chain_line(ssl, leaf) : identity_lines(leaf);
}

}  // namespace sluice
