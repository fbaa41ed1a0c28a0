// Tokens: the file, and what each role may do.
#include "control/api/access.h"

#include <gmock/gmock.h>

#include "control/api/routes.h"
#include "tests/unit/control/admin_fixture.h"

namespace sluice {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

std::string entry(const std::string& name, const std::string& role, const std::string& token) {
  return "  - { name: " + name + ", role: " + role + ", sha256: \"" + hex_of(digest_of(token)) + "\" }\n";
}

std::string problem_of(const std::string& text) {
  const auto tokens = parse_tokens(text, "tokens.yaml");
  return tokens ? "none" : tokens.error();
}

TEST(Tokens, New_HaveTheirLengthAndAreNotTheSame) {
  EXPECT_THAT(new_token(), testing::MatchesRegex("sluice_[A-Za-z0-9_-]{43}"));
  EXPECT_NE(new_token(), new_token());
}

TEST(Tokens, Digest_IsThatOfSha256sum) {
  EXPECT_EQ(hex_of(digest_of("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Tokens, File_IsRead) {
  const auto tokens =
      parse_tokens("tokens:\n" + entry("ci", "operator", "a") + entry("you", "admin", "b"), "f");
  ASSERT_TRUE(tokens) << tokens.error();
  ASSERT_EQ(tokens->size(), 2u);
  EXPECT_EQ(tokens->at(0).name, "ci");
  EXPECT_EQ(tokens->at(0).role, Role::operator_);
  EXPECT_EQ(find_token(*tokens, digest_of("b"))->name, "you");
  EXPECT_EQ(find_token(*tokens, digest_of("c")), nullptr);
}

TEST(Tokens, ProblemsOfTheFile_AreSaidWithTheirPlace) {
  EXPECT_THAT(problem_of("tokens: []\n"), HasSubstr("no token"));
  EXPECT_THAT(problem_of("token: []\n"), HasSubstr("tokens.yaml:1:1: token: "));
  EXPECT_THAT(problem_of("tokens:\n" + entry("ci", "boss", "a")),
              HasSubstr("tokens.yaml:2:23: tokens[0].role: "));
  EXPECT_THAT(problem_of("tokens:\n" + entry("ci", "viewer", "a") + entry("ci", "viewer", "b")),
              HasSubstr("another token `ci`"));
  EXPECT_THAT(problem_of("tokens:\n" + entry("a", "viewer", "a") + entry("b", "viewer", "a")),
              HasSubstr("has another name"));
  EXPECT_THAT(problem_of(": ["), HasSubstr("not YAML"));
}

TEST(Tokens, TokenInPlaceOfItsHash_IsNotShown) {
  EXPECT_THAT(problem_of("tokens: [{ name: a, role: viewer, sha256: sluice_mine }]"),
              AllOf(HasSubstr("tokens[0].sha256"), Not(HasSubstr("mine"))));
}

class AccessTest : public AdminFixture {
 protected:
  AccessTest() {
    const auto entries =
        entry("eye", "viewer", "v") + entry("ci", "operator", "o") + entry("you", "admin", "a");
    const auto tokens = parse_tokens("tokens:\n" + entries, "f");
    access_.take(*tokens);
    api_.let_in(*tokens);
  }

  std::string let_in(const std::string& authorization, Role needed, std::chrono::milliseconds at = 0ms,
                     const std::string& peer = "10.0.0.1") {
    ApiRequest request;
    request.peer = peer;
    if (!authorization.empty()) request.authorization = authorization;
    const auto author = access_.let_in(request, needed, Access::Time() + at);
    return author ? *author : code_of(author.error());
  }

  Access access_;
};

TEST_F(AccessTest, Roles_IncludeThoseBelow) {
  EXPECT_EQ(let_in("Bearer v", Role::viewer), "viewer:eye");
  EXPECT_EQ(let_in("bearer o", Role::viewer), "operator:ci");
  EXPECT_EQ(let_in("Bearer a", Role::operator_), "admin:you");
  EXPECT_EQ(let_in("Bearer v", Role::operator_), "403 role_too_low");
  EXPECT_EQ(let_in("Bearer o", Role::admin), "403 role_too_low");
}

TEST_F(AccessTest, WhoHasNoToken_IsTurnedAway) {
  EXPECT_EQ(let_in("", Role::none), "anonymous");
  EXPECT_EQ(let_in("", Role::viewer), "401 token_missing");
  EXPECT_EQ(let_in("Basic dTpw", Role::viewer), "401 token_missing");
  EXPECT_EQ(let_in("Bearer x", Role::viewer), "401 token_unknown");
  EXPECT_EQ(let_in("Bearer ", Role::viewer), "401 token_unknown");
}

TEST_F(AccessTest, WithoutTokens_EverybodyMayDoEverything) {
  access_.take({});
  EXPECT_EQ(let_in("", Role::admin), "local");
}

TEST_F(AccessTest, Guessing_IsSlowedDownForThatPeerOnly) {
  for (int i = 0; i < 20; ++i) EXPECT_EQ(let_in("Bearer x", Role::viewer, 1ms * i), "401 token_unknown");
  EXPECT_EQ(let_in("Bearer x", Role::viewer, 999ms), "429 too_many_failures");
  EXPECT_EQ(let_in("Bearer v", Role::viewer, 999ms), "429 too_many_failures");
  EXPECT_EQ(let_in("Bearer v", Role::viewer, 999ms, "10.0.0.2"), "viewer:eye");
  EXPECT_EQ(let_in("Bearer v", Role::viewer, 1000ms), "viewer:eye");
}

TEST_F(AccessTest, GuessingFromManyPeers_TakesBoundedMemoryAndIsStillCounted) {
  for (std::size_t i = 0; i < Access::most_peers; ++i)
    let_in("Bearer x", Role::viewer, 0ms, std::to_string(i));
  for (int i = 0; i < 20; ++i) let_in("Bearer x", Role::viewer, 0ms, "new " + std::to_string(i));
  EXPECT_EQ(let_in("Bearer x", Role::viewer, 0ms, "newest"), "429 too_many_failures");
}

TEST_F(AccessTest, Routes_AskForTheirRole) {
  const auto status_with = [&](const std::string& method, const std::string& path, const char* token) {
    ApiRequest request;
    request.method = method;
    request.path = path;
    request.host = "localhost";
    request.body = R"({"blue": 1, "green": 1})";
    if (token) request.authorization = std::string("Bearer ") + token;
    return awaited_result(api_.answer(std::move(request))).status;
  };
  EXPECT_EQ(status_with("GET", "/livez", nullptr), 200u);
  EXPECT_EQ(status_with("GET", "/readyz", nullptr), 200u);
  EXPECT_EQ(status_with("GET", "/metrics", nullptr), 401u);
  EXPECT_EQ(status_with("GET", "/metrics", "v"), 200u);
  EXPECT_EQ(status_with("GET", "/v1/status", "v"), 200u);
  EXPECT_EQ(status_with("PUT", "/v1/services/shop/weights", "v"), 403u);
  EXPECT_EQ(status_with("PUT", "/v1/services/shop/weights", "o"), 200u);
}

TEST_F(AccessTest, EveryRouteThatChangesSomething_NeedsMoreThanAViewer) {
  for (const auto& route : routes())
    if (route.method != "GET") {
      EXPECT_GE(route.role, Role::operator_) << route.pattern;
    }
}

}  // namespace
}  // namespace sluice
