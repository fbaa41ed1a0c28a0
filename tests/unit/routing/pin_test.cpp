#include "routing/pin.h"

#include <gtest/gtest.h>

#include "tests/unit/routing/heads.h"

namespace sluice {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr UnixSeconds now{seconds(1'800'000'000)};

PinPolicy policy(std::uint8_t key = 1) {
  SigningKey bytes;
  bytes.fill(key);
  return {.cookie = "sluice_pin_shop", .duration = minutes(30), .keys = SigningKeys({bytes})};
}

std::string find(const PinPolicy& policy, const std::string& value, UnixSeconds at) {
  const auto header = "sluice_pin_shop=" + value;
  return std::string(find_pin(policy, head_of("GET", "/", "", {{"Cookie", header}}).fields, at));
}

TEST(Pin, NamesTheVariantUntilItEnds) {
  const std::string value(PinValue(policy(), "green", now).text());
  EXPECT_EQ(find(policy(), value, now), "green");
  EXPECT_EQ(find(policy(), value, now + minutes(30)), "green");
  EXPECT_EQ(find(policy(), value, now + minutes(30) + seconds(1)), "");
}

TEST(Pin, VariantWithDotsAndOfFullLength_IsKept) {
  const std::string longest(PinValue::longest_variant, 'v');
  for (const auto& name : {std::string("v1.2.3"), longest})
    EXPECT_EQ(find(policy(), std::string(PinValue(policy(), name, now).text()), now), name);
}

TEST(Pin, Changed_IsNoPin) {
  const std::string value(PinValue(policy(), "green", now).text());
  for (std::size_t i = 0; i < value.size(); ++i) {
    auto other = value;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_EQ(find(policy(), other, now), "") << other;
  }
  for (const auto* bad : {"", ".", "..", "green", "green.9999999999.", "green.1.AAAAAAAAAAA",
                          "...............", ".1.AAAAAAAAAAA"})
    EXPECT_EQ(find(policy(), bad, now), "") << bad;
  EXPECT_EQ(find(policy(2), value, now), "") << "another service's key";
}

}  // namespace
}  // namespace sluice
