#include "routing/override.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

using std::chrono::seconds;

constexpr UnixSeconds now{seconds(1'800'000'000)};

SigningKeys keys(std::uint8_t key = 1) {
  SigningKey bytes;
  bytes.fill(key);
  return SigningKeys({bytes});
}

FoundOverride trusted(std::string_view header) {
  return find_override(header, "shop", keys(), now, true);
}
FoundOverride stranger(std::string_view header, UnixSeconds at = now) {
  return find_override(header, "shop", keys(), at, false);
}

TEST(Override, TrustedClient_NeedsNoSignature) {
  EXPECT_EQ(trusted("shop=green").verdict, OverrideVerdict::applied);
  EXPECT_EQ(trusted("shop=green").variant, "green");
  EXPECT_EQ(trusted(" search = v2 , shop = green ").variant, "green");
  EXPECT_EQ(trusted("search=v2").verdict, OverrideVerdict::absent);
  EXPECT_EQ(trusted("shop").verdict, OverrideVerdict::refused);
  EXPECT_EQ(trusted("shop=").verdict, OverrideVerdict::refused);
  EXPECT_EQ(trusted("").verdict, OverrideVerdict::absent);
  EXPECT_EQ(trusted(",,;=,").verdict, OverrideVerdict::absent);
}

TEST(Override, Stranger_NeedsASignatureThatLasts) {
  const auto value = sign_override(keys(), "shop", "green", now + seconds(60));
  EXPECT_EQ(stranger(value).verdict, OverrideVerdict::applied);
  EXPECT_EQ(stranger(value).variant, "green");
  EXPECT_EQ(stranger("search=v2, " + value).variant, "green");
  EXPECT_EQ(stranger(value, now + seconds(60)).verdict, OverrideVerdict::applied);
  EXPECT_EQ(stranger(value, now + seconds(61)).verdict, OverrideVerdict::refused);
  EXPECT_EQ(stranger("shop=green").verdict, OverrideVerdict::refused);
  EXPECT_EQ(find_override(value, "shop", keys(2), now, false).verdict, OverrideVerdict::refused);
}

TEST(Override, OnlyALoneSignedItem_IsForOthersToBelieve) {
  const auto value = sign_override(keys(), "shop", "green", now + seconds(60));
  EXPECT_TRUE(is_signed_override(value, keys(), now));
  EXPECT_TRUE(is_signed_override(" " + value + " ", keys(), now));
  EXPECT_FALSE(is_signed_override(value + ", cart=blue", keys(), now));
  EXPECT_FALSE(is_signed_override("cart=blue," + value, keys(), now));
  EXPECT_FALSE(is_signed_override("shop=green", keys(), now));
  EXPECT_FALSE(is_signed_override(value, keys(), now + seconds(61)));
}

TEST(Override, SignedValueChanged_IsRefused) {
  const auto value = sign_override(keys(), "shop", "green", now + seconds(60));
  for (std::size_t i = 4; i < value.size(); ++i) {
    auto other = value;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_NE(stranger(other).verdict, OverrideVerdict::applied) << other;
  }
  EXPECT_EQ(stranger("shop=green;expires=9999999999;tag=").verdict, OverrideVerdict::refused);
  EXPECT_EQ(stranger("shop=blue;" + value).verdict, OverrideVerdict::refused)
      << "nothing can be put before it";
}

}  // namespace
}  // namespace sluice
