// Conditions of rules as they are typed: what is read, and what is said about those that are wrong.
#include "control/read_condition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/address.h"
#include "control/scalars.h"
#include "tests/unit/control/configs.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The quickstart with a rule that has these conditions; the first begins at 6:50.
std::string with_conditions(const std::string& conditions) {
  return with(
      quickstart, "    default:",
      "    rules:\n    - { priority: 1, forward: shop, conditions: [" + conditions + "] }\n    default:");
}

// One condition, which must be right.
Condition condition(const std::string& text) {
  const auto file = with_conditions("{ " + text + " }");
  EXPECT_THAT(check_problems(file), IsEmpty());
  return read_config_text(file, "").config.listeners.at(0).rules.at(0).conditions.at(0);
}

// The problem of one condition, from its key within the rule's conditions on.
std::string problem(const std::string& text) {
  const auto problems = check_problems(with_conditions("{ " + text + " }"));
  if (problems.size() != 1) return std::to_string(problems.size()) + " problems";
  const auto key = problems[0].find("conditions[0]");
  return key == std::string::npos ? problems[0] : problems[0].substr(key + 13);
}

Regex regex(std::string_view text, LetterCase letters) {
  return Regex::compile(text, letters).value();
}

TEST(ReadCondition, Globs_AreKeptAsTyped) {
  EXPECT_EQ(condition("path_pattern: ['/a*', '/b\\*']"), Condition(PathPattern{{{"/a*", "/b\\*"}}}));
  EXPECT_EQ(condition("host_header: ['*.Example.com']"), Condition(HostHeader{{{"*.Example.com"}}}));
  EXPECT_EQ(condition("http_header: { name: X-Beta, values: ['1', ''] }"),
            Condition(HttpHeader{"X-Beta", {{"1", ""}}}));
  EXPECT_EQ(condition("cookie: { name: beta, values: ['1', 'a*'] }"),
            Condition(Cookie{"beta", {{"1", "a*"}}}));
  EXPECT_EQ(condition("http_request_method: [GET, M-SEARCH]"),
            Condition(HttpRequestMethod{{"GET", "M-SEARCH"}}));
}

TEST(ReadCondition, Regexes_AreCompiledWithTheLetterCaseOfTheirKind) {
  EXPECT_EQ(condition("path_pattern: { regex: ['^/v[0-9]+/', '^/x'] }"),
            Condition(PathPattern{
                {{}, {regex("^/v[0-9]+/", LetterCase::sensitive), regex("^/x", LetterCase::sensitive)}}}));
  EXPECT_EQ(condition("host_header: { regex: ['^a'] }"),
            Condition(HostHeader{{{}, {regex("^a", LetterCase::insensitive)}}}));
  EXPECT_EQ(condition("http_header: { name: X, regex: ['^a'] }"),
            Condition(HttpHeader{"X", {{}, {regex("^a", LetterCase::insensitive)}}}));
  EXPECT_EQ(condition("cookie: { name: x, regex: ['^a'] }"),
            Condition(Cookie{"x", {{}, {regex("^a", LetterCase::sensitive)}}}));
}

TEST(ReadCondition, QueryString_HasKeysAndValuesOrValuesAlone) {
  EXPECT_EQ(condition("query_string: [{ key: v, value: '2' }, { value: x }, plain, { key: k, value: '' }]"),
            Condition(QueryString{{{"v", "2"}, {{}, "x"}, {{}, "plain"}, {"k", ""}}}));
}

TEST(ReadCondition, SourceIp_HasBlocksOfEitherFamily) {
  EXPECT_EQ(condition("source_ip: [10.0.0.0/8, '2001:db8::/32', 192.0.2.1]"),
            Condition(SourceIp{
                {*parse_range("10.0.0.0/8"), *parse_range("2001:db8::/32"), *parse_range("192.0.2.1/32")}}));
}

TEST(ReadCondition, Share_IsAPercentageOrAMapping) {
  Share share;
  share.percent = {5 * Weight::unit};
  EXPECT_EQ(condition("share: 5%"), Condition(share));
  EXPECT_EQ(condition("share: { percent: 5% }"), Condition(share));
  share.percent = {100};
  share.salt = "cohort-7";
  EXPECT_EQ(condition("share: { percent: 0.0001%, salt: cohort-7 }"), Condition(share));
}

TEST(ReadCondition, SeveralOfAKindThatMayComeAgain_AreFine) {
  EXPECT_THAT(
      check_problems(with_conditions("{ http_header: { name: A, values: [a] } }, { http_header: { name: B, "
                                     "values: [b] } }, { query_string: [a] }, { query_string: [b] }, "
                                     "{ cookie: { name: a, values: [a] } }, { cookie: { name: b, values: "
                                     "[b] } }, { share: 5% }, { share: { percent: 5%, salt: x } }")),
      IsEmpty());
}

TEST(ReadCondition, SecondOfAnotherKind_IsAProblem) {
  for (const std::string one : {"path_pattern: [/a]", "host_header: [a.b]", "http_request_method: [GET]",
                                "source_ip: [10.0.0.0/8]", "path_pattern: { regex: [a] }"})
    EXPECT_THAT(
        check_problems(with_conditions("{ " + one + " }, { " + one + " }")),
        ElementsAre(HasSubstr("rules[0].conditions[1]: is the second of its kind; put all values into "
                              "one, they are ORed")))
        << one;
}

TEST(ReadCondition, Problems_AreSaidWithLineAndKey) {
  EXPECT_THAT(
      check_problems(with_conditions("{ share: 0% }")),
      ElementsAre("6:59: listeners[0].rules[0].conditions[0].share: `0%` is out of range; it must be above "
                  "0%, at most 100%"));
  EXPECT_THAT(
      check_problems(with_conditions("{ path_pattern: { regex: ['('] } }")),
      ElementsAre(HasSubstr("6:76: listeners[0].rules[0].conditions[0].path_pattern.regex[0]: `(` is not "
                            "a regular expression: ")));
}

TEST(ReadCondition, ValuesThatCannotBeRead_AreProblems) {
  EXPECT_EQ(problem("path_pattern: {}"), ".path_pattern: `regex` is missing");
  EXPECT_EQ(problem("path_pattern: ['']"), ".path_pattern[0]: must not be empty");
  EXPECT_EQ(problem("host_header: { regex: [''] }"), ".host_header.regex[0]: must not be empty");
  EXPECT_EQ(problem("host_header: { rgex: [a], regex: [a] }"),
            ".host_header.rgex: unknown key; did you mean `regex`?");
  EXPECT_EQ(problem("http_header: { values: [a] }"), ".http_header: `name` is missing");
  EXPECT_EQ(problem("http_header: { name: A }"), ".http_header: `values` is missing");
  EXPECT_EQ(problem("http_header: { name: A, values: [a], regex: [a] }"),
            ".http_header: has `values` and `regex`; write one of them");
  EXPECT_EQ(problem("cookie: { name: A }"), ".cookie: `values` is missing");
  EXPECT_EQ(problem("query_string: ['']"), ".query_string[0]: must not be empty");
  EXPECT_EQ(problem("query_string: [{ key: a }]"), ".query_string[0]: `value` is missing");
  EXPECT_EQ(problem("query_string: [{ value: a, regex: b }]"), ".query_string[0].regex: unknown key");
  EXPECT_EQ(problem("query_string: { key: a, value: b }"), ".query_string: is a mapping; it must be a list");
  EXPECT_THAT(problem("source_ip: [10.0.0.0/33]"),
              HasSubstr(".source_ip[0]: `10.0.0.0/33` is not a CIDR block"));
  EXPECT_THAT(problem("share: 5"), HasSubstr(".share: `5` is not a percentage; write as 10% or 0.5%"));
  EXPECT_THAT(problem("share: { percent: 101% }"), HasSubstr(".share.percent: `101%` is out of range"));
  EXPECT_EQ(problem("share: { salt: a }"), ".share: `percent` is missing");
  EXPECT_EQ(problem("path_pattern: [/a], share: 5%"),
            ": needs exactly one condition; write each as its own element");
  EXPECT_THAT(problem("pathpattern: [/a]"), HasSubstr("unknown key; did you mean `path_pattern`?"));
}

TEST(CheckConditions, NoValues_AreAProblem) {
  for (const std::string key :
       {"path_pattern", "host_header", "http_request_method", "query_string", "source_ip"})
    EXPECT_EQ(problem(key + ": []"), "." + key + ": has no values");
  EXPECT_EQ(problem("path_pattern: { regex: [] }"), ".path_pattern: has no values");
  EXPECT_EQ(problem("http_header: { name: A, values: [] }"), ".http_header.values: has no values");
  EXPECT_EQ(problem("cookie: { name: A, values: [] }"), ".cookie.values: has no values");
}

TEST(CheckConditions, Paths_BeginWithASlashOrAWildcard) {
  for (const std::string good : {"/a", "*a", "?a", "/", "\\*"})
    EXPECT_NO_FATAL_FAILURE(condition("path_pattern: ['" + good + "']"));
  EXPECT_EQ(problem("path_pattern: [a]"), ".path_pattern[0]: `a` matches no path: those begin with `/`");
  EXPECT_EQ(problem("path_pattern: [/a, '\\?a']"),
            ".path_pattern[1]: `\\?a` matches no path: those begin with `/`");
}

TEST(CheckConditions, HostsWithWildcards_HaveADotAndLettersAtTheEnd) {
  for (const std::string good : {"*.example.com", "a?.example.com", "*.example.*", "*.c?m", "localhost",
                                 "127.0.0.1", "[::1]", "*.0.0.*"})
    EXPECT_NO_FATAL_FAILURE(condition("host_header: ['" + good + "']"));
  for (const std::string bad : {"*", "a*", "*.example.c0m", "*.0.0.1", "*.example."})
    EXPECT_EQ(problem("host_header: ['" + bad + "']"),
              ".host_header[0]: `" + bad +
                  "` has no dot, or other than letters after its last one; write as *.example.com");
  EXPECT_EQ(problem("host_header: ['*.example.com:80']"),
            ".host_header[0]: `*.example.com:80` is no host: write it without scheme and port");
}

TEST(CheckConditions, ValuesLongerThanAlbs_AreProblems) {
  const std::string fits(127, 'a'), longer = fits + "ab";
  const auto too_long = HasSubstr("is longer than 128 characters");
  EXPECT_NO_FATAL_FAILURE(condition("path_pattern: [/" + fits + "]"));
  EXPECT_THAT(problem("path_pattern: [/" + fits + "a]"), too_long);
  EXPECT_THAT(problem("path_pattern: { regex: [" + longer + "] }"),
              ".path_pattern.regex[0]: is longer than 128 characters");
  EXPECT_THAT(problem("host_header: [" + longer + "]"), too_long);
  EXPECT_THAT(problem("http_header: { name: A, values: [" + longer + "] }"), too_long);
  EXPECT_THAT(problem("http_header: { name: A, regex: [" + longer + "] }"),
              ".http_header.regex[0]: is longer than 128 characters");
  EXPECT_EQ(problem("query_string: [" + longer + "]"), ".query_string[0]: is longer than 128 characters");
  EXPECT_EQ(problem("query_string: [{ key: " + longer + ", value: a }]"),
            ".query_string[0].key: is longer than 128 characters");
  EXPECT_EQ(problem("query_string: [{ key: a, value: " + longer + " }]"),
            ".query_string[0].value: is longer than 128 characters");
  EXPECT_THAT(problem("cookie: { name: A, values: [" + longer + "] }"), too_long);
  EXPECT_THAT(problem("share: { percent: 5%, salt: " + longer + " }"), too_long);
}

TEST(CheckConditions, Names_AreTokens) {
  const std::string forty(40, 'x');
  EXPECT_NO_FATAL_FAILURE(condition("http_header: { name: " + forty + ", values: [a] }"));
  EXPECT_THAT(problem("http_header: { name: " + forty + "x, values: [a] }"),
              HasSubstr("is not a header name of at most 40 characters"));
  EXPECT_THAT(problem("http_header: { name: 'a b', values: [a] }"), HasSubstr("`a b` is not a header name"));
  EXPECT_EQ(problem("http_header: { name: host, values: [a] }"),
            ".http_header.name: for Host, use host_header");
  EXPECT_THAT(problem("cookie: { name: 'a;b', values: [a] }"), HasSubstr("`a;b` is not a cookie name"));
  EXPECT_THAT(problem("http_request_method: [get]"), HasSubstr("`get` is not a method"));
  EXPECT_THAT(problem("http_request_method: [" + std::string(41, 'A') + "]"), HasSubstr("is not a method"));
}

TEST(Percent, HasUpToFourDecimals) {
  EXPECT_EQ(*config::percent("5%"), (Weight{5 * Weight::unit}));
  EXPECT_EQ(*config::percent("0%"), (Weight{0}));
  EXPECT_EQ(*config::percent("100%"), (Weight{100 * Weight::unit}));
  EXPECT_EQ(*config::percent("0.0001%"), (Weight{100}));
  for (const auto* bad :
       {"", "%", "5", "5 %", "-1%", "1e1%", "0.00001%", "0.00015%", "5%%", "100.0001%", "101%"})
    EXPECT_FALSE(config::percent(bad)) << bad;
  EXPECT_EQ(config::percent("101%").error(), "`101%` is out of range; it must be from 0% to 100%");
}

}  // namespace
}  // namespace sluice
