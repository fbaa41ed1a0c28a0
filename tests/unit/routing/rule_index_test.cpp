// The index of a rule table: how few rules it leaves, and that a table with it finds what one without would.
#include "routing/rule_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "routing/rule_table.h"
#include "tests/unit/routing/heads.h"

namespace sluice {
namespace {

using testing::ElementsAre;

Rule rule(std::int32_t priority, std::vector<Condition> conditions) {
  Rule made;
  made.priority = priority;
  made.conditions = std::move(conditions);
  return made;
}

// The positions that the index leaves, up to the default's, which comes last.
std::vector<std::uint32_t> candidates(std::vector<std::vector<Condition>> conditions,
                                      const RequestHead& head) {
  std::vector<Rule> rules;
  for (auto& of_one : conditions) rules.push_back(rule(1, std::move(of_one)));
  rules.emplace_back();
  const RuleIndex index(rules);
  auto found = index.candidates(head);
  std::vector<std::uint32_t> positions;
  do {
    positions.push_back(found.next());
  } while (positions.back() + 1 < rules.size());
  return positions;
}

Condition path(const char* glob) {
  return PathPattern{{{glob}}};
}
Condition host(const char* glob) {
  return HostHeader{{{glob}}};
}

TEST(RuleIndex, Paths_AreFiledUnderTheirPrefix) {
  const std::vector<std::vector<Condition>> rules{
      {path("/b/*")}, {path("/a")}, {path("/a?c*")}, {path("/b")}};
  EXPECT_THAT(candidates(rules, head_of("GET", "/abc")), ElementsAre(1, 2, 4));
  EXPECT_THAT(candidates(rules, head_of("GET", "/b/")), ElementsAre(0, 3, 4));
  EXPECT_THAT(candidates(rules, head_of("GET", "/c")), ElementsAre(4));
}

TEST(RuleIndex, Hosts_AreFiledUnderTheirSuffixInLowerCase) {
  const std::vector<std::vector<Condition>> rules{{host("*.B.com")}, {host("a.b.com")}, {host("*.c.com")}};
  EXPECT_THAT(candidates(rules, head_of("GET", "/", "A.b.COM:80")), ElementsAre(0, 1, 3));
  EXPECT_THAT(candidates(rules, head_of("GET", "/", "x.c.com")), ElementsAre(2, 3));
  EXPECT_THAT(candidates(rules, head_of("GET", "/", "")), ElementsAre(3));
}

TEST(RuleIndex, PathSharedByMany_LeavesTheRuleToItsHost) {
  const std::vector<std::vector<Condition>> rules{
      {path("/*"), host("a.com")}, {path("/*"), host("b.com")}, {path("/*"), host("c.com")}};
  EXPECT_THAT(candidates(rules, head_of("GET", "/", "b.com")), ElementsAre(1, 3));
}

TEST(RuleIndex, HostSharedByMany_LeavesTheRuleToItsPath) {
  const std::vector<std::vector<Condition>> rules{
      {host("a.com"), path("/a")}, {host("a.com"), path("/b")}, {host("a.com"), path("/c")}};
  EXPECT_THAT(candidates(rules, head_of("GET", "/b", "a.com")), ElementsAre(1, 3));
}

TEST(RuleIndex, RuleWithoutLiteral_IsAlwaysACandidate) {
  const PathPattern regex{{{}, {Regex::compile("^/b", LetterCase::sensitive).value()}}};
  const std::vector<std::vector<Condition>> rules{
      {regex}, {path("*.png")}, {host("a.*")}, {HttpRequestMethod{{"PUT"}}}, {PathPattern{{{"/b", "*c"}}}}};
  EXPECT_THAT(candidates(rules, head_of("GET", "/a", "x.com")), ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST(RuleIndex, RegexBesideAGlob_KeepsTheRuleACandidate) {
  const PathPattern mixed{{{"/b"}, {Regex::compile("^/a", LetterCase::sensitive).value()}}};
  EXPECT_THAT(candidates({{mixed}}, head_of("GET", "/a")), ElementsAre(0, 1));
}

TEST(RuleIndex, PathThatBeginsAnyhow_LeavesTheRuleToItsHostHoweverShared) {
  const std::vector<std::vector<Condition>> rules{
      {path("*x"), host("a.com")}, {host("a.com")}, {host("a.com")}};
  EXPECT_THAT(candidates(rules, head_of("GET", "/x", "b.com")), ElementsAre(3));
}

TEST(RuleIndex, RuleOfSeveralLiterals_IsACandidateOnce) {
  const std::vector<std::vector<Condition>> rules{{PathPattern{{{"/a*", "/ab*", "/c"}}}}};
  EXPECT_THAT(candidates(rules, head_of("GET", "/ab")), ElementsAre(0, 1));
  EXPECT_THAT(candidates(rules, head_of("GET", "/c")), ElementsAre(0, 1));
  EXPECT_THAT(candidates(rules, head_of("GET", "/d")), ElementsAre(1));
}

TEST(RuleIndex, AThousandServices_LeaveAHandful) {
  std::vector<std::vector<Condition>> rules;
  for (int i = 0; i < 1000; ++i) rules.push_back({path(("/service-" + std::to_string(i) + "/*").c_str())});
  EXPECT_THAT(candidates(rules, head_of("GET", "/service-123/x")), ElementsAre(123, 1000));
}

// Random tables and requests over few words, so that much matches. Points come from a sequence: a share that
// is asked once too often, or in another order, changes what comes after.
class Random {
 public:
  Rule rule(std::int32_t priority) {
    std::vector<Condition> conditions;
    for (auto left = 1 + number(3); left > 0; --left) conditions.push_back(condition());
    return sluice::rule(priority, std::move(conditions));
  }

  std::uint64_t number(std::uint64_t below) { return random_() % below; }

  std::string text(std::string_view first, std::string_view letters, std::uint64_t longest) {
    std::string made(first);
    for (auto left = number(longest + 1); left > 0; --left) made += letters[number(letters.size())];
    return made;
  }
  std::string path() { return text("/", "aab/", 5); }
  std::string host() { return text("", "aAb.", 5); }

 private:
  std::vector<std::string> some(std::string_view first, std::string_view letters) {
    std::vector<std::string> made(1 + number(3));
    for (auto& one : made) one = text(first, letters, 4);
    return made;
  }
  Patterns patterns(std::string_view first, std::string_view letters, LetterCase of_regex) {
    if (number(8) != 0) return {some(first, letters)};
    return {{}, {Regex::compile(number(2) == 0 ? "a.b" : "^/?a", of_regex).value()}};
  }
  Condition condition() {
    switch (number(8)) {
      case 0:
        return HttpRequestMethod{{"GET"}};
      case 1: {
        Share share;
        share.width = Split::whole / 2;
        return share;
      }
      case 2:
      case 3:
        return HostHeader{patterns(number(2) == 0 ? "*" : "", "aAb.*?", LetterCase::insensitive)};
      default:
        return PathPattern{patterns(number(8) == 0 ? "*" : "/", "aab/*?", LetterCase::sensitive)};
    }
  }

  std::mt19937_64 random_{42};
};

class SequencePoints final : public SharePoints {
 public:
  Point point(const Share&) override {
    ++asked;
    return sequence_.next();
  }
  int asked = 0;

 private:
  PointSequence sequence_;
};

bool takes(const Rule& rule, const RequestHead& head, SharePoints& points) {
  for (const bool shares : {false, true})
    for (const auto& condition : rule.conditions)
      if (std::holds_alternative<Share>(condition) == shares && !matches(condition, head, points))
        return false;
  return true;
}

std::int32_t scan(const std::vector<Rule>& by_priority, const RequestHead& head, SharePoints& points) {
  for (const auto& rule : by_priority)
    if (takes(rule, head, points)) return rule.priority;
  return 0;
}

TEST(RuleIndex, RandomTablesAndRequests_FindTheRuleThatALinearScanFinds) {
  Random random;
  std::uint64_t by_rule = 0;
  for (int i = 0; i < 4000; ++i) {
    std::vector<Rule> rules;
    const auto size = static_cast<std::int32_t>(random.number(i % 10 == 0 ? 200 : 20));
    for (std::int32_t priority = 1; priority <= size; ++priority) rules.push_back(random.rule(priority));
    const RuleTable table({rules.rbegin(), rules.rend()}, Forward{0});
    SequencePoints points, scan_points;
    for (int request = 0; request < 20; ++request) {
      const auto path = random.path(), host = random.host();
      const auto head = head_of(random.number(2) == 0 ? "GET" : "PUT", path, host);
      const auto found = table.find(head, points).priority;
      ASSERT_EQ(found, scan(rules, head, scan_points)) << path << " of " << host;
      ASSERT_EQ(points.asked, scan_points.asked);
      by_rule += found != 0;
    }
  }
  EXPECT_GT(by_rule, 20'000u) << "the tables are to match something";
}

}  // namespace
}  // namespace sluice
