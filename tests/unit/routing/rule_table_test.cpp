#include "routing/rule_table.h"

#include <gtest/gtest.h>

#include "tests/unit/routing/heads.h"

namespace sluice {
namespace {

Rule rule(std::int32_t priority, std::vector<Condition> conditions) {
  return {priority, std::move(conditions), Forward{static_cast<std::uint32_t>(priority)}};
}

std::int32_t found(const RuleTable& table, const RequestHead& head) {
  return table.find(head).priority;
}

// Whether a rule with this one condition takes the head.
bool takes(Condition condition, const RequestHead& head) {
  return found(RuleTable({rule(1, {std::move(condition)})}, Forward{0}), head) == 1;
}

TEST(RuleTable, WithoutRules_TheDefaultAnswers) {
  const RuleTable table({}, FixedResponse{404, "text/plain", "no"});
  EXPECT_EQ(std::get<FixedResponse>(table.find(head_of("GET", "/")).action).status, 404);
}

TEST(RuleTable, SeveralMatch_LowestPriorityWinsWhateverTheOrder) {
  const RuleTable table(
      {rule(30, {PathPattern{{"*"}}}), rule(10, {PathPattern{{"/a*"}}}), rule(20, {PathPattern{{"/ab"}}})},
      Forward{0});
  EXPECT_EQ(found(table, head_of("GET", "/ab")), 10);
  EXPECT_EQ(found(table, head_of("GET", "/b")), 30);
}

TEST(RuleTable, ConditionsOfARule_MustAllMatch) {
  const RuleTable table({rule(1, {PathPattern{{"/api/*"}}, HttpRequestMethod{{"GET", "HEAD"}}})}, Forward{0});
  EXPECT_EQ(found(table, head_of("GET", "/api/x")), 1);
  EXPECT_EQ(found(table, head_of("HEAD", "/api/x")), 1);
  EXPECT_EQ(found(table, head_of("POST", "/api/x")), 0);
  EXPECT_EQ(found(table, head_of("GET", "/x")), 0);
}

TEST(PathPattern, LooksAtThePathWithoutTheQuery) {
  EXPECT_TRUE(takes(PathPattern{{"/a"}}, head_of("GET", "/a?b=/c")));
  EXPECT_FALSE(takes(PathPattern{{"*c"}}, head_of("GET", "/a?b=/c")));
  EXPECT_FALSE(takes(PathPattern{{"/A"}}, head_of("GET", "/a"))) << "paths are case-sensitive";
  EXPECT_TRUE(takes(PathPattern{{"/x", "/a"}}, head_of("GET", "/a")));
}

TEST(HostHeader, LooksAtTheHostWithoutItsPort) {
  EXPECT_TRUE(takes(HostHeader{{"*.example.com"}}, head_of("GET", "/", "SHOP.example.com:8443")));
  EXPECT_FALSE(takes(HostHeader{{"*.example.com"}}, head_of("GET", "/", "example.com")));
  EXPECT_TRUE(takes(HostHeader{{"[::1]"}}, head_of("GET", "/", "[::1]:80")));
  EXPECT_FALSE(takes(HostHeader{{"?*"}}, head_of("GET", "/", ""))) << "HTTP/1.0 may come without";
}

TEST(HttpHeader, RepeatedField_IsSearchedInTurn) {
  const auto head = head_of("GET", "/", "", {{"X-Beta", "0"}, {"x-beta", "YES"}});
  EXPECT_TRUE(takes(HttpHeader{"X-BETA", {"1", "yes"}}, head));
  EXPECT_FALSE(takes(HttpHeader{"X-Beta", {"1"}}, head));
  EXPECT_FALSE(takes(HttpHeader{"X-Other", {"*"}}, head));
}

TEST(HttpRequestMethod, IsExact) {
  EXPECT_FALSE(takes(HttpRequestMethod{{"GET"}}, head_of("get", "/")));
  EXPECT_TRUE(takes(HttpRequestMethod{{"PURGE"}}, head_of("PURGE", "/")));
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
