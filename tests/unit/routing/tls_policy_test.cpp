#include "routing/tls_policy.h"

#include <gmock/gmock.h>

#include <set>

namespace sluice {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(TlsPolicies, Names_AreThereOnce) {
  std::set<std::string_view> names;
  for (const auto& policy : tls_policies()) {
    EXPECT_TRUE(names.insert(policy.name).second) << policy.name;
    EXPECT_EQ(find_tls_policy(policy.name), &policy);
  }
  EXPECT_EQ(find_tls_policy("ELBSecurityPolicy-2016"), nullptr);
  EXPECT_EQ(find_tls_policy(""), nullptr);
}

TEST(TlsPolicies, Default_HasNothingWithoutForwardSecrecyAndAead) {
  const auto& policy = default_tls_policy();
  EXPECT_EQ(policy.min, TlsVersion::v1_2);
  EXPECT_EQ(policy.max, TlsVersion::v1_3);
  EXPECT_EQ(cipher_list(policy),
            "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
            "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
            "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305");
}

TEST(TlsPolicies, OnlyTls13_HasNoCipherList) {
  EXPECT_EQ(cipher_list(*find_tls_policy("ELBSecurityPolicy-TLS13-1-3-2021-06")), "");
}

TEST(TlsPolicies, OldVersions_LowerTheSecurityLevel) {
  for (const auto& policy : tls_policies())
    EXPECT_EQ(cipher_list(policy).ends_with(":@SECLEVEL=0"), policy.min < TlsVersion::v1_2) << policy.name;
}

TEST(TlsPolicies, OnlyWhatIsCalledForwardSecret_IsThatAlone) {
  for (const auto& policy : tls_policies()) {
    if (policy.name.find("-FS-") == std::string_view::npos) continue;
    EXPECT_THAT(":" + cipher_list(policy), Not(HasSubstr(":AES"))) << policy.name;
  }
  EXPECT_THAT(cipher_list(*find_tls_policy("ELBSecurityPolicy-2016-08")), HasSubstr(":AES128-SHA:"));
  EXPECT_THAT(cipher_list(*find_tls_policy("ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06")),
              Not(HasSubstr("AES128-SHA:")));
}

}  // namespace
}  // namespace sluice
