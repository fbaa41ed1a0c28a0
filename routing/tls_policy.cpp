#include "routing/tls_policy.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sluice {
namespace {

using S = TlsSuites;
using enum TlsVersion;

constexpr unsigned gcm_and_sha2 = S::ecdhe_gcm | S::ecdhe_cbc_sha2;
constexpr unsigned forward_secret = gcm_and_sha2 | S::ecdhe_cbc_sha1;
constexpr unsigned everything = forward_secret | S::rsa | S::rsa_cbc_sha1;

// docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
constexpr std::array policies{
    TlsPolicy{"ELBSecurityPolicy-TLS13-1-3-2021-06", v1_3, v1_3, 0},
    TlsPolicy{"ELBSecurityPolicy-TLS13-1-2-2021-06", v1_2, v1_3, gcm_and_sha2},
    TlsPolicy{"ELBSecurityPolicy-TLS13-1-2-Res-2021-06", v1_2, v1_3, S::ecdhe_gcm},
    TlsPolicy{"ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06", v1_2, v1_3, gcm_and_sha2 | S::rsa},
    TlsPolicy{"ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06", v1_2, v1_3, everything},
    TlsPolicy{"ELBSecurityPolicy-TLS13-1-1-2021-06", v1_1, v1_3, everything},
    TlsPolicy{"ELBSecurityPolicy-TLS13-1-0-2021-06", v1_0, v1_3, everything},
    TlsPolicy{"ELBSecurityPolicy-2015-05", v1_0, v1_2, everything},
    TlsPolicy{"ELBSecurityPolicy-2016-08", v1_0, v1_2, everything},
    TlsPolicy{"ELBSecurityPolicy-TLS-1-0-2015-04", v1_0, v1_2, everything | S::triple_des},
    TlsPolicy{"ELBSecurityPolicy-TLS-1-1-2017-01", v1_1, v1_2, everything},
    TlsPolicy{"ELBSecurityPolicy-TLS-1-2-2017-01", v1_2, v1_2, gcm_and_sha2 | S::rsa},
    TlsPolicy{"ELBSecurityPolicy-TLS-1-2-Ext-2018-06", v1_2, v1_2, everything},
    TlsPolicy{"ELBSecurityPolicy-FS-2018-06", v1_0, v1_2, forward_secret},
    TlsPolicy{"ELBSecurityPolicy-FS-1-1-2019-08", v1_1, v1_2, forward_secret},
    TlsPolicy{"ELBSecurityPolicy-FS-1-2-2019-08", v1_2, v1_2, forward_secret},
    TlsPolicy{"ELBSecurityPolicy-FS-1-2-Res-2019-08", v1_2, v1_2, gcm_and_sha2},
    TlsPolicy{"ELBSecurityPolicy-FS-1-2-Res-2020-10", v1_2, v1_2, S::ecdhe_gcm},
};

constexpr TlsPolicy by_default{"", v1_2, v1_3, S::ecdhe_gcm | S::ecdhe_chacha};

// The strongest first.
constexpr std::array<std::pair<unsigned, std::string_view>, 7> suites{{
    {S::ecdhe_gcm,
     "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
     "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384"},
    {S::ecdhe_chacha, "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"},
    {S::ecdhe_cbc_sha2,
     "ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256:"
     "ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA384"},
    {S::ecdhe_cbc_sha1,
     "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA"},
    {S::rsa, "AES128-GCM-SHA256:AES256-GCM-SHA384:AES128-SHA256:AES256-SHA256"},
    {S::rsa_cbc_sha1, "AES128-SHA:AES256-SHA"},
    {S::triple_des, "DES-CBC3-SHA"},
}};

}  // namespace

const TlsPolicy& default_tls_policy() noexcept {
  return by_default;
}

std::span<const TlsPolicy> tls_policies() noexcept {
  return policies;
}

const TlsPolicy* find_tls_policy(std::string_view name) noexcept {
  const auto found = std::ranges::find(policies, name, &TlsPolicy::name);
  return found == policies.end() ? nullptr : &*found;
}

std::string cipher_list(const TlsPolicy& policy) {
  std::string list;
  for (const auto& [group, names] : suites) {
    if (!(policy.suites & group)) continue;
    if (!list.empty()) list += ':';
    list += names;
  }
  if (policy.min < v1_2) list += ":@SECLEVEL=0";
  return list;
}

}  // namespace sluice
