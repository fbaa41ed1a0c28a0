#include "routing/cookies.h"

#include <gtest/gtest.h>

#include "tests/unit/routing/heads.h"

namespace sluice {
namespace {

std::optional<std::string_view> cookie(std::string_view header, std::string_view name = "user_id") {
  return find_cookie(head_of("GET", "/", "", {{"Cookie", header}}).fields, name);
}

TEST(FindCookie, AmongOthers_IsFound) {
  EXPECT_EQ(cookie("a=1; user_id=u7; b=2"), "u7");
  EXPECT_EQ(cookie("user_id=u7"), "u7");
  EXPECT_EQ(cookie("a=1;user_id=u7;"), "u7");
  EXPECT_EQ(cookie("  user_id=u7  ; b=2"), "u7");
}

TEST(FindCookie, NameThatOnlyContainsIt_IsAnother) {
  EXPECT_FALSE(cookie("xuser_id=1; user_id2=2; user_i=3"));
  EXPECT_FALSE(cookie("a=user_id=4"));
  EXPECT_FALSE(cookie("User_Id=5")) << "cookie names are case-sensitive";
}

TEST(FindCookie, ValueWithEqualsSigns_IsKeptWhole) {
  EXPECT_EQ(cookie("user_id=a=b=="), "a=b==");
}

TEST(FindCookie, TwoOfOneName_TheFirstCounts) {
  EXPECT_EQ(cookie("user_id=first; user_id=second"), "first");
}

TEST(FindCookie, SeveralCookieFields_AreOneList) {
  const auto head =
      head_of("GET", "/", "", {{"Cookie", "a=1"}, {"X", "user_id=no"}, {"cookie", "user_id=u7"}});
  EXPECT_EQ(find_cookie(head.fields, "user_id"), "u7");
}

TEST(FindCookie, HostileFields_FindNothingAndNeverReadPastTheEnd) {
  for (const auto header : {"", ";", ";;;;", "=", "==", "=u", "user_id", "user_id;", "; user_id ;",
                            "=user_id", " ", "\t", "user_id;=x", ",user_id=1"})
    EXPECT_FALSE(cookie(header)) << '"' << header << '"';
  EXPECT_FALSE(cookie(std::string(64 * 1024, ';')));
  EXPECT_FALSE(cookie(std::string(64 * 1024, '=')));
}

TEST(FindCookie, BytesOfAnyKind_AreJustBytes) {
  const std::string header("user_id=\x80\xFF\x01; b=2");
  EXPECT_EQ(cookie(header), "\x80\xFF\x01");
  EXPECT_EQ(cookie("user_id=\"q\""), "\"q\"");
}

TEST(CookieValues, AllOfOneName_ComeInOrderOverAllFields) {
  const auto head = head_of("GET", "/", "", {{"Cookie", "id=1; x=2; id=3"}, {"Cookie", "id=; y=4;id=5 "}});
  CookieValues values(head.fields, "id");
  for (const auto expected : {"1", "3", "", "5"}) EXPECT_EQ(values.next(), expected);
  EXPECT_FALSE(values.next());
  EXPECT_FALSE(values.next()) << "and it stays at its end";
}

}  // namespace
}  // namespace sluice
