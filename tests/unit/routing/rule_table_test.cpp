#include "routing/rule_table.h"

#include <gtest/gtest.h>

#include "tests/unit/routing/heads.h"
#include "tests/unit/routing/share_points.h"

namespace sluice {
namespace {

Rule rule(std::int32_t priority, std::vector<Condition> conditions) {
  Rule made;
  made.priority = priority;
  made.conditions = std::move(conditions);
  made.action = Forward{static_cast<std::uint32_t>(priority)};
  return made;
}

std::int32_t found(const RuleTable& table, const RequestHead& head) {
  FixedPoints points;
  return table.find(head, points).priority;
}

TEST(RuleTable, WithoutRules_TheDefaultAnswers) {
  const RuleTable table({}, FixedResponse{404, "text/plain", "no"});
  FixedPoints points;
  const auto& action = table.find(head_of("GET", "/"), points).action;
  EXPECT_EQ(std::get<FixedResponse>(action).status, 404);
}

TEST(RuleTable, SeveralMatch_LowestPriorityWinsWhateverTheOrder) {
  const RuleTable table({rule(30, {PathPattern{{{"*"}}}}), rule(10, {PathPattern{{{"/a*"}}}}),
                         rule(20, {PathPattern{{{"/ab"}}}})},
                        Forward{0});
  EXPECT_EQ(found(table, head_of("GET", "/ab")), 10);
  EXPECT_EQ(found(table, head_of("GET", "/b")), 30);
}

TEST(RuleTable, ConditionsOfARule_MustAllMatch) {
  const RuleTable table({rule(1, {PathPattern{{{"/api/*"}}}, HttpRequestMethod{{"GET", "HEAD"}}})},
                        Forward{0});
  EXPECT_EQ(found(table, head_of("GET", "/api/x")), 1);
  EXPECT_EQ(found(table, head_of("HEAD", "/api/x")), 1);
  EXPECT_EQ(found(table, head_of("POST", "/api/x")), 0);
  EXPECT_EQ(found(table, head_of("GET", "/x")), 0);
}

TEST(RuleTable, RulesByPathAndByHost_AreFoundInTheOrderOfPriority) {
  const RuleTable table({rule(1, {PathPattern{{{"/a/*"}}}}), rule(2, {HostHeader{{{"*.Example.com"}}}}),
                         rule(3, {PathPattern{{{"/*"}}}}), rule(4, {HttpRequestMethod{{"PUT"}}})},
                        Forward{0});
  EXPECT_EQ(found(table, head_of("PUT", "/a/b", "shop.EXAMPLE.com:80")), 1);
  EXPECT_EQ(found(table, head_of("PUT", "/b", "shop.EXAMPLE.com:80")), 2);
  EXPECT_EQ(found(table, head_of("PUT", "/b", "example.com")), 3);
  EXPECT_EQ(found(table, head_of("PUT", "*", "example.com")), 4);
  EXPECT_EQ(found(table, head_of("OPTIONS", "*", "example.com")), 0);
}

TEST(RuleTable, HostLongerThanAnyValue_IsKnownByItsEnd) {
  const RuleTable table({rule(1, {HostHeader{{{"*.example.com"}}}})}, Forward{0});
  EXPECT_EQ(found(table, head_of("GET", "/", std::string(300, 'a') + ".example.com")), 1);
}

TEST(RuleTable, ManyRulesOfNestedPaths_AreAllCandidates) {
  std::vector<Rule> rules;
  std::string path = "/";
  for (std::int32_t i = 100; i > 0; --i, path += "a")
    rules.push_back(rule(i, {PathPattern{{{path + "*"}}}, HttpRequestMethod{{std::to_string(i)}}}));
  const RuleTable table(std::move(rules), Forward{0});
  for (std::int32_t i = 1; i <= 100; ++i) EXPECT_EQ(found(table, head_of(std::to_string(i), path)), i);
  EXPECT_EQ(found(table, head_of("GET", path)), 0);
}

Share half() {
  Share share;
  share.width = Split::whole / 2;
  return share;
}

TEST(RuleTable, Share_IsAskedOnceAndOnlyIfAllElseMatches) {
  // Under two literals, both of which "/ab" begins with.
  const RuleTable table({rule(1, {half(), PathPattern{{{"/a*", "/ab*"}}}, HttpRequestMethod{{"GET"}}})},
                        Forward{0});
  FixedPoints inside(0), outside(~Point{0});
  EXPECT_EQ(table.find(head_of("POST", "/ab"), inside).priority, 0);
  EXPECT_EQ(table.find(head_of("GET", "/b"), inside).priority, 0);
  EXPECT_EQ(inside.asked, 0);
  EXPECT_EQ(table.find(head_of("GET", "/ab"), inside).priority, 1);
  EXPECT_EQ(inside.asked, 1);
  EXPECT_EQ(table.find(head_of("GET", "/ab"), outside).priority, 0);
  EXPECT_EQ(outside.asked, 1);
}

TEST(RuleTable, ShareOfARuleBehindTheMatch_IsNotAsked) {
  const RuleTable table({rule(1, {PathPattern{{{"/a"}}}}), rule(2, {half()})}, Forward{0});
  FixedPoints points;
  EXPECT_EQ(table.find(head_of("GET", "/a"), points).priority, 1);
  EXPECT_EQ(points.asked, 0);
}

TEST(RuleTable, Equal_AreThoseWithTheSameRules) {
  const auto table = [](const char* glob) {
    return RuleTable({rule(1, {PathPattern{{{glob}}}})}, Forward{0});
  };
  EXPECT_EQ(table("/a"), table("/a"));
  EXPECT_NE(table("/a"), table("/b"));
}

TEST(HostWithoutPort, OfAnyAuthority) {
  EXPECT_EQ(host_without_port("example.com:80"), "example.com");
  EXPECT_EQ(host_without_port("example.com"), "example.com");
  EXPECT_EQ(host_without_port("[::1]:80"), "[::1]");
  EXPECT_EQ(host_without_port("[::1"), "[::1");
  EXPECT_EQ(host_without_port(""), "");
}

}  // namespace
}  // namespace sluice
