#include "proxy/ocsp_staple.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>

#include <algorithm>
#include <limits>

namespace sluice {
namespace {

using ResponsePtr = std::unique_ptr<OCSP_RESPONSE, Freed<OCSP_RESPONSE_free>>;
using BasicPtr = std::unique_ptr<OCSP_BASICRESP, Freed<OCSP_BASICRESP_free>>;

BasicPtr parse(const std::string& der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const ResponsePtr response(d2i_OCSP_RESPONSE(nullptr, &at, static_cast<long>(der.size())));
  return BasicPtr(response ? OCSP_response_get1_basic(response.get()) : nullptr);
}

OCSP_SINGLERESP* statement_about(const X509* leaf, OCSP_BASICRESP* basic) {
  for (int i = 0; i < OCSP_resp_count(basic); ++i) {
    auto* single = OCSP_resp_get0(basic, i);
    ASN1_INTEGER* serial = nullptr;
    OCSP_id_get0_info(nullptr, nullptr, nullptr, &serial,
                      const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(single)));
    if (ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(leaf)) == 0) return single;
  }
  return nullptr;
}

std::time_t next_update(OCSP_SINGLERESP* statement) {
  ASN1_GENERALIZEDTIME* next = nullptr;
  OCSP_single_get0_status(statement, nullptr, nullptr, nullptr, &next);
  if (!next) return std::numeric_limits<std::time_t>::max();
  return time_of(next);
}

int on_status_request(SSL* ssl, void* staples) {
  const auto& all = *static_cast<const std::vector<Staple>*>(staples);
  const auto found = std::ranges::find(all, SSL_get_certificate(ssl), &Staple::leaf);
  if (found == all.end() || found->until <= std::time(nullptr)) return SSL_TLSEXT_ERR_NOACK;
  auto* copy = static_cast<unsigned char*>(OPENSSL_memdup(found->response.data(), found->response.size()));
  if (!copy) return SSL_TLSEXT_ERR_NOACK;
  SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<long>(found->response.size()));  // takes it over
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

std::optional<Staple> staple_of(const X509* leaf, std::string response) {
  const auto basic = parse(response);
  auto* statement = basic ? statement_about(leaf, basic.get()) : nullptr;
  ERR_clear_error();
  if (!statement) return {};
  return Staple{.leaf = leaf, .response = std::move(response), .until = next_update(statement)};
}

void set_staples(SSL_CTX* context, const std::vector<Staple>& staples) {
  if (staples.empty()) return;
  SSL_CTX_set_tlsext_status_cb(context, on_status_request);
  SSL_CTX_set_tlsext_status_arg(context, const_cast<std::vector<Staple>*>(&staples));
}

}  // namespace sluice
