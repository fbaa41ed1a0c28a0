// Which versions and cipher suites a listener offers, by the names of ALB's security policies. Pure: the
// configuration looks names up here, ServerTls asks for OpenSSL's words.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sluice {

enum class TlsVersion : std::uint8_t { v1_0, v1_1, v1_2, v1_3 };

// Suites of TLS 1.2 and older, in groups that ALB's policies have whole or not at all; all policies with TLS
// 1.3 have the same three suites of it.
struct TlsSuites {
  enum Group : unsigned {
    ecdhe_gcm = 1,
    ecdhe_chacha = 2,
    ecdhe_cbc_sha2 = 4,
    ecdhe_cbc_sha1 = 8,
    rsa = 16,  // no forward secrecy: AES128-GCM-SHA256, AES128-SHA256 and their AES256 ones
    rsa_cbc_sha1 = 32,
    triple_des = 64,
  };
};

struct TlsPolicy {
  std::string_view name;
  TlsVersion min, max;
  unsigned suites;  // of TlsSuites
};

// What a listener without `policy` has: TLS 1.2 and 1.3, forward secrecy and AEAD only.
[[nodiscard]] const TlsPolicy& default_tls_policy() noexcept;

[[nodiscard]] std::span<const TlsPolicy> tls_policies() noexcept;
// Null if there is none of that name. Lives for ever.
[[nodiscard]] const TlsPolicy* find_tls_policy(std::string_view name) noexcept;

// The suites below TLS 1.3 as OpenSSL's cipher list, the strongest first; empty if it has none. Where the
// policy goes below TLS 1.2, whose signatures are SHA-1, it lowers OpenSSL's security level to 0.
[[nodiscard]] std::string cipher_list(const TlsPolicy& policy);

}  // namespace sluice
