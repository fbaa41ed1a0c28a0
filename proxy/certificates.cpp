#include "proxy/certificates.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>

namespace sluice {
namespace {

using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>>;

Bio reader_of(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// Without one, OpenSSL would ask at the terminal.
int no_passphrase(char*, int, int, void*) {
  return -1;
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
  loaded.ocsp = certificate.ocsp;
  loaded.names = names_of(loaded.leaf.get());
  return loaded;
}

bool joins(const CertificateSet& set, const LoadedCertificate& certificate) {
  const auto same_kind = [&](const LoadedCertificate& other) {
    return EVP_PKEY_get_base_id(other.key.get()) == EVP_PKEY_get_base_id(certificate.key.get());
  };
  return set.front().names == certificate.names && std::none_of(set.begin(), set.end(), same_kind);
}

// All that `read` finds in a text, at least one.
template <class Ptr, class Read>
Result<std::vector<Ptr>, std::string> read_all(const std::string& pem, const std::string& kind, Read read) {
  ERR_clear_error();
  const auto reader = reader_of(pem);
  std::vector<Ptr> found;
  while (Ptr next{read(reader.get(), nullptr, no_passphrase, nullptr)}) found.push_back(std::move(next));
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (!at_end) return failure("a " + kind + " cannot be read: " + tls_error());
  if (found.empty()) return failure("there is no PEM " + kind);
  ERR_clear_error();
  return found;
}

}  // namespace

Result<std::vector<X509Ptr>, std::string> read_certificates(const std::string& pem) {
  return read_all<X509Ptr>(pem, "certificate", PEM_read_bio_X509);
}

Result<std::vector<CrlPtr>, std::string> read_revocations(const std::string& pem) {
  return read_all<CrlPtr>(pem, "revocation list", PEM_read_bio_X509_CRL);
}

Result<void, std::string> trust(X509_STORE* store, const std::vector<X509Ptr>& authorities) {
  for (const auto& authority : authorities)
    if (X509_STORE_add_cert(store, authority.get()) != 1) return failure(tls_error());
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  return {};
}

std::time_t time_of(const ASN1_TIME* time) {
  std::tm fields{};
  return ASN1_TIME_to_tm(time, &fields) == 1 ? ::timegm(&fields) : 0;
}

Result<std::vector<CertificateSet>, std::string> load_sets(const std::vector<Certificate>& certificates) {
  std::vector<CertificateSet> sets;
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    auto loaded = load(certificates[i]);
    if (!loaded) return failure("certificate " + std::to_string(i + 1) + ": " + loaded.error());
    auto set = std::find_if(sets.begin(), sets.end(), [&](const auto& s) { return joins(s, *loaded); });
    if (set == sets.end()) set = sets.emplace(set);
    set->push_back(std::move(*loaded));
  }
  if (sets.empty()) return failure(std::string("there is no certificate"));
  return sets;
}

}  // namespace sluice
