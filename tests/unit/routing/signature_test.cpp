#include "routing/signature.h"

#include <gtest/gtest.h>

#include <deque>

#include "routing/identity_cookie.h"
#include "tests/unit/routing/heads.h"

namespace sluice {
namespace {

SigningKey key_of(std::uint8_t seed) {
  SigningKey key;
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(seed + i);
  return key;
}

std::string_view view(const auto& text) {
  return {text.data(), text.size()};
}

IdentityCookie cookie_of(std::vector<SigningKey> keys) {
  return {.name = "sluice_id", .max_age = std::chrono::hours(1), .keys = SigningKeys(std::move(keys))};
}

IdText some_id() {
  return id_text({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
}

FoundId find(const IdentityCookie& cookie, const std::string& header) {
  static std::deque<std::string> kept;  // what is found is a view
  kept.push_back(header);
  return find_id(cookie, head_of("GET", "/", "", {{"Cookie", kept.back()}}).fields);
}

// The reference vector of SipHash-2-4 (Aumasson, Bernstein): key 00..0f, input 00..0e, output
// a129ca6149be45e5.
TEST(Signature, IsSipHash24) {
  std::string input;
  for (char c = 0; c < 15; ++c) input += c;
  EXPECT_EQ(view(SigningKeys({key_of(0)}).sign(input)), "5UW-SWHKKaE");
}

TEST(Signature, TextOrTagChangedByOneBit_IsNotOurs) {
  const SigningKeys keys({key_of(1)});
  const std::string text = "shop=green";
  const auto tag = keys.sign(text);
  EXPECT_TRUE(keys.signed_by_us(text, view(tag)));
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto other = text;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_FALSE(keys.signed_by_us(other, view(tag)));
  }
  for (std::size_t i = 0; i < tag.size(); ++i) {
    auto other = tag;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_FALSE(keys.signed_by_us(text, view(other)));
  }
  EXPECT_FALSE(keys.signed_by_us(text, ""));
  EXPECT_FALSE(keys.signed_by_us(text, std::string(view(tag)) + "A"));
  EXPECT_FALSE(SigningKeys({key_of(2)}).signed_by_us(text, view(tag)));
}

TEST(Signature, KeysRotated_TheFirstSignsAndAllAreBelieved) {
  const SigningKeys before({key_of(1)}), during({key_of(2), key_of(1)}), after({key_of(2)});
  const auto old_tag = before.sign("x"), new_tag = during.sign("x");
  EXPECT_TRUE(during.signed_by_us("x", view(old_tag)));
  EXPECT_TRUE(after.signed_by_us("x", view(new_tag)));
  EXPECT_FALSE(after.signed_by_us("x", view(old_tag)));
}

TEST(IdText, Has22UrlSafeCharacters) {
  EXPECT_EQ(view(some_id()), "AQIDBAUGBwgJCgsMDQ4PEA");
  std::array<std::uint8_t, 16> high;
  high.fill(0xFF);
  EXPECT_EQ(view(id_text(high)), "_____________________w");
}

TEST(IdentityCookie, OwnValue_GivesTheIdBack) {
  const auto cookie = cookie_of({key_of(1)});
  const auto value = std::string(view(cookie_value(cookie, some_id())));
  const auto found = find(cookie, "a=1; sluice_id=" + value + "; b=2");
  EXPECT_EQ(found.verdict, CookieVerdict::valid);
  EXPECT_EQ(found.id, view(some_id()));
}

TEST(IdentityCookie, AnythingElse_IsForged) {
  const auto cookie = cookie_of({key_of(1)});
  const auto value = std::string(view(cookie_value(cookie, some_id())));
  EXPECT_EQ(find(cookie, "other=" + value).verdict, CookieVerdict::absent);
  EXPECT_EQ(find(cookie, "").verdict, CookieVerdict::absent);
  for (const auto& bad : {std::string(), value.substr(1), value + "A", "B" + value.substr(1),
                          std::string(34, '.'), std::string(34, '\x80'), std::string(60'000, 'A')})
    EXPECT_EQ(find(cookie, "sluice_id=" + bad).verdict, CookieVerdict::forged) << bad.substr(0, 50);
  EXPECT_EQ(find(cookie_of({key_of(9)}), "sluice_id=" + value).verdict, CookieVerdict::forged);
}

TEST(IdentityCookie, SeveralOfTheName_TheFirstValidOneCounts) {
  const auto cookie = cookie_of({key_of(1)});
  const auto value = std::string(view(cookie_value(cookie, some_id())));
  const auto found = find(cookie, "sluice_id=shadow; sluice_id=" + value);
  EXPECT_EQ(found.verdict, CookieVerdict::valid);
  EXPECT_EQ(found.id, view(some_id()));
}

}  // namespace
}  // namespace sluice
