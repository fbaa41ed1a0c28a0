#include "routing/header_edits.h"

#include <gtest/gtest.h>

#include "routing/rule.h"

namespace sluice {
namespace {

TEST(HeaderEdits, WhatIsRemovedOrSet_IsDroppedInAnyCase) {
  const HeaderEdits edits{.set = {{"Strict-Transport-Security", "max-age=1"}}, .remove = {"Server"}};
  EXPECT_TRUE(edits.drops("Server"));
  EXPECT_TRUE(edits.drops("sErVeR"));
  EXPECT_TRUE(edits.drops("strict-transport-security"));
  EXPECT_FALSE(edits.drops("Serve"));
  EXPECT_FALSE(edits.drops("max-age=1"));
  EXPECT_FALSE(edits.drops(""));
}

TEST(HeaderEdits, Empty_DropNothing) {
  EXPECT_TRUE(HeaderEdits().empty());
  EXPECT_FALSE(HeaderEdits().drops("Server"));
  EXPECT_FALSE((HeaderEdits{.set = {{"A", ""}}, .remove = {}}).empty());
  EXPECT_FALSE((HeaderEdits{.set = {}, .remove = {"A"}}).empty());
}

TEST(FieldName, IsAToken) {
  EXPECT_TRUE(is_field_name("X-Frame-Options"));
  EXPECT_TRUE(is_field_name("!#$%&'*+-.^_`|~09azAZ"));
  for (const char* name : {"", "X A", "X:", "X\r\n", "(X)", "\xC3\xBC", "X\t"})
    EXPECT_FALSE(is_field_name(name)) << name;
}

TEST(FieldValue, IsOneLineOfVisibleAscii) {
  for (const char* value : {"", "a", "max-age=1; includeSubDomains", "a\tb", "!~"})
    EXPECT_TRUE(is_field_value(value)) << value;
  for (const char* value :
       {" a", "a ", "\ta", "a\r\nSet-Cookie: x=1", "a\nb", "a\rb", "\x7F", "\x01", "\xC3\xBC"})
    EXPECT_FALSE(is_field_value(value)) << value;
  EXPECT_FALSE(is_field_value({"a\0b", 3}));
}

TEST(FramingField, IsAnyThatSluiceWritesItself) {
  for (const char* name : {"connection", "Content-Length", "KEEP-ALIVE", "Proxy-Connection", "te", "Trailer",
                           "Upgrade", "transfer-encoding"})
    EXPECT_TRUE(is_framing_field(name)) << name;
  for (const char* name : {"Date", "Content-Type", "Server", "Content-Lengt", "Via"})
    EXPECT_FALSE(is_framing_field(name)) << name;
}

Rule rule_with(std::shared_ptr<const HeaderEdits> edits) {
  Rule rule;
  rule.response_headers = std::move(edits);
  return rule;
}

TEST(Rule, EqualEditsElsewhere_AreTheSameRule) {
  const auto edits = [](const char* name) {
    return std::make_shared<const HeaderEdits>(HeaderEdits{.set = {}, .remove = {name}});
  };
  EXPECT_EQ(rule_with(edits("A")), rule_with(edits("A")));
  EXPECT_NE(rule_with(edits("A")), rule_with(edits("B")));
  EXPECT_NE(rule_with(edits("A")), rule_with(nullptr));
  EXPECT_NE(rule_with(nullptr), rule_with(edits("A")));
  EXPECT_EQ(rule_with(nullptr), rule_with(nullptr));
}

TEST(Rule, AnyOtherPart_MakesAnotherRule) {
  const Rewrite rewrite{*Regex::compile("a", LetterCase::sensitive), {{"b"}}};
  Rule url, host, action, priority;
  url.url_rewrite = rewrite;
  host.host_header_rewrite = rewrite;
  action.action = Redirect{};
  priority.priority = 1;
  for (const auto& other : {url, host, action, priority}) {
    EXPECT_NE(Rule(), other);
    EXPECT_EQ(Rule(other), other);
  }
  EXPECT_NE(url, host);
}

}  // namespace
}  // namespace sluice
