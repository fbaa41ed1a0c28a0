#include "routing/hash_key.h"

#include <gtest/gtest.h>

#include "tests/unit/routing/heads.h"

namespace sluice {
namespace {

using From = HashBy::From;

RequestHead from_address(std::uint8_t last) {
  auto head = head_of("GET", "/", "example.com", {{"x-user", "ann"}, {"X-Empty", ""}});
  head.client.back() = last;
  return head;
}

TEST(HashKey, Identity_IsTheSameFromAnyAddress) {
  EXPECT_EQ(hash_key({}, from_address(1), "bob"), hash_key({}, from_address(2), "bob"));
  EXPECT_NE(hash_key({}, from_address(1), "bob"), hash_key({}, from_address(1), "ann"));
}

TEST(HashKey, Header_IsFoundInAnyCaseAndGoesBeforeTheIdentity) {
  const HashBy by{From::header, "X-User"};
  EXPECT_EQ(hash_key(by, from_address(1), "bob"), hash_key(by, from_address(2), "eve"));
  EXPECT_EQ(hash_key(by, from_address(1), {}), hash_key({}, from_address(1), "ann"));
}

TEST(HashKey, HeaderThatIsMissingOrEmpty_LeavesTheIdentityThenTheAddress) {
  for (const auto* name : {"X-Missing", "X-Empty"}) {
    const HashBy by{From::header, name};
    EXPECT_EQ(hash_key(by, from_address(1), "bob"), hash_key({}, from_address(1), "bob"));
    EXPECT_EQ(hash_key(by, from_address(1), {}), hash_key({From::address, ""}, from_address(1), {}));
  }
}

TEST(HashKey, NoIdentity_GoesByTheAddress) {
  EXPECT_EQ(hash_key({}, from_address(1), {}), hash_key({}, from_address(1), ""));
  EXPECT_NE(hash_key({}, from_address(1), {}), hash_key({}, from_address(2), {}));
}

TEST(HashKey, Address_IsTheSameForAnyIdentity) {
  const HashBy by{From::address, ""};
  EXPECT_EQ(hash_key(by, from_address(1), "bob"), hash_key(by, from_address(1), "ann"));
}

}  // namespace
}  // namespace sluice
