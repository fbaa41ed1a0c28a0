// What the reader says about files that are wrong: every kind of problem, at its exact place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/control/configs.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Case {
  const char* name;
  const char* text;
  std::vector<std::string> problems;

  friend void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }
};

class ReadingProblems : public testing::TestWithParam<Case> {};

TEST_P(ReadingProblems, AreSaidWithPlaceAndKey) {
  EXPECT_THAT(reading_problems(GetParam().text), testing::ElementsAreArray(GetParam().problems));
}

const Case cases[] = {
    {"NothingAtAll", "", {"1:1: is nothing; it must be a mapping"}},
    {"NotAMapping", "- a\n- b\n", {"1:1: is a list; it must be a mapping"}},
    {"ListenersMissing", "drain: { grace: 1s }\n", {"1:1: `listeners` is missing"}},
    {"UnknownKey",
     "listeners: []\nlistener: []\n",
     {"2:1: listener: unknown key; did you mean `listeners`?"}},
    {"UnknownKeyLikeNone", "listeners: []\nzebra: 1\n", {"2:1: zebra: unknown key"}},
    {"UnknownNestedKey",
     "listeners:\n  - name: a\n    address: b\n    limits: { bdy: 1 }\n",
     {"4:15: listeners[0].limits.bdy: unknown key; did you mean `body`?"}},
    {"KeyOfALaterVersion",
     "listeners: []\nservices:\n  s:\n    variants: { a: { target_group: g, weight: 1 } }\n    alb_weights: "
     "{}\n",
     {"5:5: services.s.alb_weights: `alb_weights` is not supported by this version"}},
    {"KeyTwice", "listeners: []\ndrain: {}\ndrain: {}\n", {"3:1: drain: is there twice"}},
    {"NameTwice",
     "listeners: []\ntarget_groups:\n  a: { targets: [] }\n  a: { targets: [] }\n",
     {"4:3: target_groups.a: is there twice"}},
    {"NoName",
     "listeners: []\ntarget_groups:\n  a b: { targets: [] }\n",
     {"3:3: target_groups: `a b` is not a name; use 1 to 64 of A-Z a-z 0-9 - _ ."}},
    {"ListForMapping", "listeners: []\ndrain: [1]\n", {"2:8: drain: is a list; it must be a mapping"}},
    {"ValueForList", "listeners: web\n", {"1:12: listeners: is a single value; it must be a list"}},
    {"MappingForValue",
     "listeners: []\nadmin:\n  address: { a: b }\n",
     {"3:12: admin.address: is a mapping; it must be a single value"}},
    {"NothingForValue",
     "listeners: []\nadmin:\n  address:\n",
     {"3:3: admin.address: is nothing; it must be a single value"}},
    {"EmptyText", "listeners: []\nadmin: { address: '' }\n", {"2:19: admin.address: must not be empty"}},
    {"BadDuration",
     "listeners: []\ndrain: { grace: 5 sec }\n",
     {"2:17: drain.grace: `5 sec` is not a duration; write a whole number with its unit, as 500ms, 5s, 10m, "
      "1h or 30d"}},
    {"DurationOutOfRange",
     "listeners: []\ndrain: { grace: 2h }\n",
     {"2:17: drain.grace: `2h` is out of range; it must be from 0s to 1h"}},
    {"BadSize",
     "listeners: [{ name: a, address: b, limits: { body: 10MB } }]",
     {"1:52: listeners[0].limits.body: `10MB` is not a size; write bytes, or a whole number with KiB, MiB or "
      "GiB, as 64KiB"}},
    {"SizeOutOfRange",
     "listeners: [{ name: a, address: b, limits: { header_total: 1GiB } }]",
     {"1:60: listeners[0].limits.header_total: `1GiB` is out of range; it must be from 1KiB to 1MiB"}},
    {"BadNumber",
     "listeners: [{ name: a, address: b, limits: { max_connections: many } }]",
     {"1:63: listeners[0].limits.max_connections: `many` is not a whole number"}},
    {"NumberOutOfRange",
     "listeners: [{ name: a, address: b, limits: { header_count: 129 } }]",
     {"1:60: listeners[0].limits.header_count: `129` is out of range; it must be from 1 to 128"}},
    {"NumberTooLargeForAny",
     "listeners: [{ name: a, address: b, limits: { header_count: 99999999999999999999 } }]",
     {"1:60: listeners[0].limits.header_count: `99999999999999999999` is out of range; it must be from 1 to "
      "128"}},
    {"BadBoolean",
     "listeners: []\ntarget_groups: { g: { targets: [], tls: { verify: no } } }\n",
     {"2:51: target_groups.g.tls.verify: `no` is neither true nor false"}},
    {"BadWeight",
     "listeners: []\nservices: { s: { variants: { a: { target_group: g, weight: -1 } } } }\n",
     {"2:60: services.s.variants.a.weight: `-1` is not a weight; write a number from 0 to 1000000000 with at "
      "most six "
      "decimals"}},
    {"BadWord",
     "listeners: [{ name: a, address: b, protocol: htps }]",
     {"1:46: listeners[0].protocol: `htps` is not known; it must be `http` or `https`; did you mean "
      "`https`?"}},
    {"WordOfALaterVersion",
     "listeners: []\naccess_log: { format: alb }\n",
     {"2:23: access_log.format: `alb` is not supported by this version"}},
    {"BadIdentity",
     "listeners: []\nservices: { s: { variants: {}, sticky: { identity: [cookie, 'header:', source_ip/24] } "
     "} }\n",
     {"2:53: services.s.sticky.identity[0]: `cookie` is no identity; write cookie:NAME, header:NAME, "
      "query:NAME, source_ip or source_ip/24",
      "2:61: services.s.sticky.identity[1]: `header:` is no identity; write cookie:NAME, header:NAME, "
      "query:NAME, source_ip or source_ip/24"}},
    {"NoAction",
     "listeners: [{ name: a, address: b, default: {} }]",
     {"1:45: listeners[0].default: needs exactly one action: forward, redirect or fixed_response"}},
    {"TwoActions",
     "listeners: [{ name: a, address: b, default: { forward: s, fixed_response: { status: 200 } } }]",
     {"1:45: listeners[0].default: needs exactly one action: forward, redirect or fixed_response"}},
    {"TwoConditionsInOne",
     "listeners:\n- name: a\n  address: b\n  rules:\n  - priority: 1\n    conditions: [{ path_pattern: [/], "
     "host_header: [h] "
     "}]\n    forward: s\n",
     {"6:18: listeners[0].rules[0].conditions[0]: needs exactly one condition; write each as its own "
      "element"}},
    {"PriorityOutOfRange",
     "listeners:\n- name: a\n  address: b\n  rules: [{ priority: 50001, conditions: [], forward: s }]\n",
     {"4:23: listeners[0].rules[0].priority: `50001` is out of range; it must be from 1 to 50000"}},
    {"TwoDocuments",
     "listeners: []\n---\nlisteners: []\n",
     {"1:1: the file has more than one YAML document"}},
};

INSTANTIATE_TEST_SUITE_P(Kinds, ReadingProblems, testing::ValuesIn(cases),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(ReadingProblems, SeveralMistakes_AreAllSaidInTheOrderOfTheFile) {
  auto text = with(quickstart, "name: web", "nmae: web");
  text = with(text, "weight: 90", "weight: lots");
  text = with(text, "targets: [127.0.0.1:9002]", "tragets: [127.0.0.1:9002]");
  EXPECT_THAT(
      reading_problems(text),
      ElementsAre(
          HasSubstr("3:5: listeners[0]: `name` is missing"),
          HasSubstr("3:5: listeners[0].nmae: unknown key; did you mean `name`?"),
          HasSubstr("9:50: services.shop.variants.blue.weight: `lots` is not a weight"),
          HasSubstr("15:15: target_groups.shop-green: `targets` is missing"),
          HasSubstr("15:17: target_groups.shop-green.tragets: unknown key; did you mean `targets`?")));
}

TEST(ReadingProblems, BrokenYaml_IsSaidAtItsPlace) {
  EXPECT_THAT(reading_problems("listeners: [\n  - }\n"), ElementsAre(HasSubstr("2:")));
  EXPECT_THAT(reading_problems("admin: { address: *nobody }\n"), ElementsAre(HasSubstr("1:")));
}

TEST(ReadingProblems, HostileTexts_AreProblemsAndNoCrash) {
  EXPECT_FALSE(reading_problems(std::string(100'000, '[')).empty());
  EXPECT_FALSE(reading_problems(std::string(1'000, '\0')).empty());
  EXPECT_FALSE(reading_problems("? [a, b]\n: c\n").empty());
  EXPECT_FALSE(reading_problems("\xFF\xFE\x00").empty());
  EXPECT_FALSE(reading_problems("a: &a [*a]\n").empty());
}

}  // namespace
}  // namespace sluice
