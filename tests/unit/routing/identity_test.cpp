#include "routing/identity.h"

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

const std::vector<IdentitySource> sources{
    {IdentityFrom::cookie, "user_id"}, {IdentityFrom::header, "X-User-Id"}, {IdentityFrom::query, "uid"}};

TEST(FindIdentity, FirstSourceThatIsThere_Wins) {
  EXPECT_EQ(
      find_identity(sources, head_of("GET", "/?uid=q", "", {{"X-User-Id", "h"}, {"Cookie", "user_id=c"}})),
      "c");
  EXPECT_EQ(find_identity(sources, head_of("GET", "/?uid=q", "", {{"x-user-id", "h"}})), "h");
  EXPECT_EQ(find_identity(sources, head_of("GET", "/a?x=1&uid=q&uid=z")), "q");
}

TEST(FindIdentity, EmptyValue_CountsAsAbsent) {
  EXPECT_EQ(
      find_identity(sources, head_of("GET", "/?uid=q", "", {{"X-User-Id", ""}, {"Cookie", "user_id="}})),
      "q");
  EXPECT_FALSE(find_identity(sources, head_of("GET", "/?uid=")));
  EXPECT_FALSE(find_identity(sources, head_of("GET", "/?xuid=1&uidx=2")));
}

TEST(FindIdentity, WithoutSources_FindsNobody) {
  EXPECT_FALSE(find_identity({}, head_of("GET", "/?uid=q", "", {{"Cookie", "user_id=c"}})));
}

}  // namespace
}  // namespace sluice
