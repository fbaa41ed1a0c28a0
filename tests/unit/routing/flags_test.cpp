// What upstreams read in Feature-Flags, byte by byte, and that RFC 9651's rules read it back.
#include "routing/flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "tests/unit/routing/parse_dictionary.h"

namespace sluice {
namespace {

using testing::HasSubstr;
using Members = DictionaryParser::Members;

std::string member(std::string_view key, const FlagValue& value) {
  const auto made = flag_member(key, value);
  EXPECT_TRUE(made) << made.error();
  return made.value_or("");
}

// Of a value behind a good key, without the key.
std::string written(const FlagValue& value) {
  return member("a", value).substr(1);
}

std::string error_of(const FlagValue& value) {
  const auto made = flag_member("a", value);
  return made ? "" : made.error();
}

FlagValue text(std::string value) {
  return value;
}

FlagValue integer(std::int64_t value) {
  return value;
}

TEST(FlagMember, OfEachKind_IsWrittenAsTheRfcSays) {
  EXPECT_EQ(member("search", text("v2")), R"(search="v2")");
  EXPECT_EQ(member("one-click", true), "one-click");
  EXPECT_EQ(member("one-click", false), "one-click=?0");
  EXPECT_EQ(member("limit", integer(10)), "limit=10");
  EXPECT_EQ(member("ratio", Decimal{500}), "ratio=0.5");
}

TEST(FlagKey, OfTheRfcsCharacters_IsTaken) {
  for (const auto* key : {"a", "z9", "*", "*.*", "one-click", "new_search", "a.b*c", "a-"})
    EXPECT_EQ(flag_key(key), std::string(key));
  EXPECT_TRUE(flag_key(std::string(64, 'k')));
}

TEST(FlagKey, AnyOther_IsRefusedWithWhatWouldBeRight) {
  EXPECT_EQ(flag_key("Search").error(),
            "`Search` is no key of a flag; write a-z or *, and then any of a-z 0-9 _ - . *");
  for (const std::string key :
       {"", "9a", "-a", "_a", ".a", "aB", "a b", "a=", "a,", "a;b", "a\"", "\xC3\xA4", "a\n", "a/b", "a:b"}) {
    EXPECT_FALSE(flag_key(key)) << key;
    EXPECT_EQ(flag_member(key, true), tl::unexpected(flag_key(key).error()));
  }
  EXPECT_FALSE(flag_key(std::string("a\0", 2)));
}

// Every byte in both places of a key, against the RFC's grammar.
TEST(FlagKey, OfAnyTwoBytes_IsWhatTheGrammarSays) {
  const std::string_view letters = "abcdefghijklmnopqrstuvwxyz*";
  const std::string_view others = "abcdefghijklmnopqrstuvwxyz*0123456789_-.";
  for (int first = 0; first < 256; ++first)
    for (int second = 0; second < 256; ++second) {
      const std::string key{static_cast<char>(first), static_cast<char>(second)};
      ASSERT_EQ(flag_key(key).has_value(),
                letters.find(key[0]) != letters.npos && others.find(key[1]) != others.npos);
    }
}

TEST(FlagInteger, UpToFifteenDigits_IsWritten) {
  EXPECT_EQ(written(integer(0)), "=0");
  EXPECT_EQ(written(integer(-7)), "=-7");
  EXPECT_EQ(written(integer(999'999'999'999'999)), "=999999999999999");
  EXPECT_EQ(written(integer(-999'999'999'999'999)), "=-999999999999999");
}

TEST(FlagInteger, Larger_IsRefused) {
  for (const auto value :
       {std::int64_t{1'000'000'000'000'000}, std::int64_t{-1'000'000'000'000'000},
        std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()})
    EXPECT_THAT(error_of(integer(value)), HasSubstr("from -999999999999999 to 999999999999999"));
}

TEST(FlagDecimal, HasOneToThreeDecimals) {
  EXPECT_EQ(written(Decimal{0}), "=0.0");
  EXPECT_EQ(written(Decimal{1'000}), "=1.0");
  EXPECT_EQ(written(Decimal{1'010}), "=1.01");
  EXPECT_EQ(written(Decimal{1'100}), "=1.1");
  EXPECT_EQ(written(Decimal{5}), "=0.005");
  EXPECT_EQ(written(Decimal{-5}), "=-0.005");
  EXPECT_EQ(written(Decimal{-12'340}), "=-12.34");
  EXPECT_EQ(written(Decimal{999'999'999'999'999}), "=999999999999.999");
  EXPECT_EQ(written(Decimal{-999'999'999'999'999}), "=-999999999999.999");
}

TEST(FlagDecimal, Larger_IsRefused) {
  for (const auto value :
       {std::int64_t{1'000'000'000'000'000}, std::int64_t{-1'000'000'000'000'000},
        std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()})
    EXPECT_THAT(error_of(Decimal{value}), HasSubstr("from -999999999999.999 to 999999999999.999"));
}

TEST(FlagText, OfPrintableAscii_IsAString) {
  EXPECT_EQ(written(text("")), R"(="")");
  EXPECT_EQ(written(text(" ~ 100% a,b;c=d")), R"(=" ~ 100% a,b;c=d")");
  EXPECT_EQ(written(text(R"(say "\o/")")), R"(="say \"\\o/\"")");
}

TEST(FlagText, BeyondPrintableAscii_IsADisplayString) {
  EXPECT_EQ(written(text("Zoë")), R"(=%"Zo%c3%ab")");
  EXPECT_EQ(written(text("füür")), R"(=%"f%c3%bc%c3%bcr")");  // RFC 9651 §3.3.8's own
  EXPECT_EQ(written(text("100% \"é\" \\")), R"(=%"100%25 %22%c3%a9%22 \")");
  EXPECT_EQ(written(text("日本")), R"(=%"%e6%97%a5%e6%9c%ac")");
  EXPECT_EQ(written(text("🦥")), R"(=%"%f0%9f%a6%a5")");
}

TEST(FlagText, WithControlCharacters_IsADisplayStringThatHidesThem) {
  EXPECT_EQ(written(text("a\r\nb")), R"(=%"a%0d%0ab")");
  EXPECT_EQ(written(text(std::string("\0\t\x1F\x7F", 4))), R"(=%"%00%09%1f%7f")");
}

TEST(FlagText, AtTheEdgesOfUtf8_IsTaken) {
  for (const auto* edge : {"\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                           "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
    EXPECT_EQ(error_of(text(edge)), "") << testing::PrintToString(edge);
}

TEST(FlagText, NotUtf8_IsRefused) {
  for (const auto* wrong :
       {"\x80",         "\xBF",          "\xC0\x80",         "\xC1\xBF",         "\xC2",
        "\xC2 ",        "\xC2\xC2\x80",  "\xE0\x9F\xBF",     "\xED\xA0\x80",     "\xED\xBF\xBF",
        "\xE6\x97",     "\xE6\x97 ",     "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
        "\xF0\x9F\xA6", "\xF0\x9F\xA6 ", "\xF0\x9F ",        "\xF0\x9F \xA5",    "\xE6 \x97",
        "\xFE",         "\xFF",          "ab\xFF",           "\xC3\xA9\xA9"})
    EXPECT_EQ(error_of(text(wrong)), "is not UTF-8; text must be") << testing::PrintToString(wrong);
}

FlagValue random_value(std::mt19937_64& random) {
  static const std::string pieces[] = {"a", "Z", "0", " ",  "\"", "\\", "%",
                                       ",", "=", "~", "\n", "é",  "日", "🦥"};
  const auto number = static_cast<std::int64_t>(random() % 1'999'999'999'999'999) - 999'999'999'999'999;
  switch (random() % 4) {
    case 0:
      return random() % 2 == 0;
    case 1:
      return random() % 2 ? integer(number) : integer(number % 100);
    case 2:
      return random() % 2 ? Decimal{number} : Decimal{number % 10'000};
    default: {
      std::string value;
      const auto known = random() % 2 ? std::size(pieces) : 10;  // half of them without what is not ASCII
      for (auto size = random() % 8; size > 0; --size) value += pieces[random() % known];
      return value;
    }
  }
}

TEST(Dictionary, OfRandomFlags_ReadsBackAsTheSame) {
  std::mt19937_64 random(9651);  // NOLINT: the same run each time
  for (int round = 0; round < 10'000; ++round) {
    Members flags;
    std::string header;
    for (auto size = random() % 5; size > 0; --size) {
      flags.emplace_back("k" + std::to_string(size), random_value(random));
      header += (header.empty() ? "" : ", ") + member(flags.back().first, flags.back().second);
    }
    const auto read = parse_dictionary(header);
    ASSERT_TRUE(read) << header;
    ASSERT_EQ(*read, flags) << header;
  }
}

// A reader that takes anything would prove nothing.
TEST(ParserOfTheTests, RefusesWhatTheRfcRefuses) {
  for (const auto* wrong : {"A",
                            "a=",
                            "a,",
                            ",a",
                            "a b",
                            "a,,b",
                            "a=?2",
                            "a=?",
                            "a=1.",
                            "a=.5",
                            "a=1.2345",
                            "a=1234567890123.0",
                            "a=1000000000000000",
                            "a=--1",
                            "a=+1",
                            "a=\"",
                            "a=\"\\a\"",
                            "a=\"\n\"",
                            "a=\"\xC3\xA9\"",
                            "a=%\"%C3\"",
                            "a=%\"%4\"",
                            "a=%\"\n\"",
                            "a=%\"",
                            "a, a",
                            "a=v2",
                            "a=\"b\"c"})
    EXPECT_FALSE(parse_dictionary(wrong)) << wrong;
  EXPECT_EQ(parse_dictionary("a ,\tb=?1"), (Members{{"a", true}, {"b", true}}));
}

}  // namespace
}  // namespace sluice
