// What a flag's value is by the way it is written, and what the reader says about those that are none.
#include "control/read_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "tests/unit/control/configs.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::StartsWith;

struct Read {
  std::vector<std::pair<std::string, FlagValue>> flags;
  std::vector<std::string> problems;
};

Read read(const std::string& text) {
  config::Reading reading;
  auto flags = config::read_flags({reading, YAML::Load(text), {"flags", "flags", {1, 1}}});
  return {std::move(flags), lines(reading.problems)};
}

FlagValue value_of(const std::string& text) {
  const auto result = read("{ a: " + text + " }");
  EXPECT_THAT(result.problems, IsEmpty()) << text;
  return result.flags.empty() ? FlagValue(std::string("nothing")) : result.flags[0].second;
}

std::vector<std::string> problems_of(const std::string& text) {
  auto result = read("{ a: " + text + " }");
  EXPECT_THAT(result.flags, IsEmpty()) << text;
  return std::move(result.problems);
}

FlagValue text(std::string value) {
  return value;
}

FlagValue integer(std::int64_t value) {
  return value;
}

TEST(ReadFlags, OfEveryKind_StandInTheOrderOfTheFile) {
  const auto result = read(R"({ search: v2, one-click: true, limit: 10, ratio: 0.5, text: "true" })");
  EXPECT_THAT(result.problems, IsEmpty());
  EXPECT_THAT(result.flags, ElementsAre(Pair("search", text("v2")), Pair("one-click", FlagValue(true)),
                                        Pair("limit", integer(10)), Pair("ratio", FlagValue(Decimal{500})),
                                        Pair("text", text("true"))));
}

TEST(ReadFlags, PlainWordsOfYaml_AreBooleans) {
  EXPECT_EQ(value_of("true"), FlagValue(true));
  EXPECT_EQ(value_of("false"), FlagValue(false));
  for (const auto* word : {"True", "yes", "on", "truest", "t"}) EXPECT_EQ(value_of(word), text(word));
}

TEST(ReadFlags, PlainWholeNumbers_AreIntegers) {
  EXPECT_EQ(value_of("0"), integer(0));
  EXPECT_EQ(value_of("-7"), integer(-7));
  EXPECT_EQ(value_of("999999999999999"), integer(999'999'999'999'999));
  EXPECT_EQ(value_of("-999999999999999"), integer(-999'999'999'999'999));
}

TEST(ReadFlags, PlainDecimals_AreDecimals) {
  EXPECT_EQ(value_of("0.5"), FlagValue(Decimal{500}));
  EXPECT_EQ(value_of("1.0"), FlagValue(Decimal{1'000}));
  EXPECT_EQ(value_of("-12.345"), FlagValue(Decimal{-12'345}));
  EXPECT_EQ(value_of("-0.05"), FlagValue(Decimal{-50}));
  EXPECT_EQ(value_of("999999999999.999"), FlagValue(Decimal{999'999'999'999'999}));
}

TEST(ReadFlags, WhatOnlyResemblesANumber_IsText) {
  for (const auto* word : {"007", "+1", "1e3", "0x10", ".5", "5.", "1.2.3", "1_000", "10%", "-x", "--1",
                           "-.5", "1.-5", "00.5", "2026-08-01", ".inf", ".nan"})
    EXPECT_EQ(value_of(word), text(word));
}

TEST(ReadFlags, QuotedValues_AreTextWhateverTheyLookLike) {
  EXPECT_EQ(value_of("\"true\""), text("true"));
  EXPECT_EQ(value_of("'10'"), text("10"));
  EXPECT_EQ(value_of("'0.12345'"), text("0.12345"));
  EXPECT_EQ(value_of("''"), text(""));
  EXPECT_EQ(value_of("'null'"), text("null"));
  EXPECT_EQ(value_of("!!str 10"), text("10"));
  EXPECT_EQ(value_of("Zoë"), text("Zoë"));
  EXPECT_THAT(read("a: |-\n  10\n").flags, ElementsAre(Pair("a", text("10"))));
}

TEST(ReadFlags, OtherThanSingleValues_AreProblems) {
  EXPECT_THAT(problems_of("null"), ElementsAre("1:3: flags.a: is nothing; it must be a single value"));
  EXPECT_THAT(problems_of("~"), ElementsAre("1:3: flags.a: is nothing; it must be a single value"));
  EXPECT_THAT(problems_of(""), ElementsAre("1:3: flags.a: is nothing; it must be a single value"));
  EXPECT_THAT(problems_of("[1]"), ElementsAre("1:6: flags.a: is a list; it must be a single value"));
  EXPECT_THAT(problems_of("{ b: 1 }"), ElementsAre("1:6: flags.a: is a mapping; it must be a single value"));
  EXPECT_THAT(read("[a]").problems, ElementsAre("1:1: flags: is a list; it must be a mapping of names"));
}

TEST(ReadFlags, NumbersOutOfRange_AreProblems) {
  for (const auto* large : {"1000000000000000", "-1000000000000000", "99999999999999999999999999"})
    EXPECT_THAT(problems_of(large), ElementsAre(StartsWith("1:6: flags.a: is out of range; a whole number")));
  for (const auto* large : {"1000000000000.0", "-1000000000000.000", "99999999999999999999999999.5"})
    EXPECT_THAT(problems_of(large), ElementsAre(StartsWith("1:6: flags.a: is out of range; a decimal")));
}

TEST(ReadFlags, MoreThanThreeDecimals_AreAProblem) {
  EXPECT_THAT(problems_of("0.1234"), ElementsAre("1:6: flags.a: `0.1234` has more than three decimals; write "
                                                 "fewer, or quote it as text"));
}

TEST(ReadFlags, WrongKey_IsAProblemAtItsPlaceAndNoOther) {
  const auto result = read("search: v2\nOneClick: true\nlimit: 10\n");
  EXPECT_THAT(result.problems, ElementsAre("2:1: flags: `OneClick` is no key of a flag; write a-z or *, and "
                                           "then any of a-z 0-9 _ - . *"));
  EXPECT_THAT(result.flags, ElementsAre(Pair("search", text("v2")), Pair("limit", integer(10))));
}

TEST(ReadFlags, KeyThatIsNoName_IsStillAFlags) {
  EXPECT_THAT(read("\"*\": 1\na.b*: 2\n").flags,
              ElementsAre(Pair("*", integer(1)), Pair("a.b*", integer(2))));
}

TEST(ReadFlags, KeyTwice_IsAProblem) {
  EXPECT_THAT(read("a: 1\na: 2\n").problems, ElementsAre("2:1: flags.a: is there twice"));
}

TEST(ReadFlags, WithoutADocument_AskForNoKeyOfTheirOwn) {
  config::Reading reading{.what = config::Reading::Of::keys, .problems = {}, .marks = {}, .keys = {}};
  config::Value flags(reading, {}, {"", "flags", {}});
  EXPECT_THAT(config::read_flags(flags), IsEmpty());
  EXPECT_THAT(reading.problems, IsEmpty());
  EXPECT_THAT(reading.keys, IsEmpty());
}

}  // namespace
}  // namespace sluice
