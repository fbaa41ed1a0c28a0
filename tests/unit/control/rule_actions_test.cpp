// What rules do with requests and responses: read, judged and compiled.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/compile_listener.h"
#include "tests/unit/control/configs.h"
#include "tests/unit/routing/heads.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

// The quickstart with one rule, which begins at 6:7.
std::string with_rule(const std::string& rest) {
  return with(
      quickstart, "    default:",
      "    rules:\n    - { priority: 1, conditions: [{ path_pattern: [/a] }],\n" + rest + " }\n    default:");
}

config::Rule read(const std::string& rest) {
  auto parsed = read_config_text(with_rule(rest), "sluice.yaml");
  EXPECT_THAT(lines(parsed.problems), IsEmpty());
  return parsed.config.listeners.at(0).rules.at(0);
}

std::vector<std::string> problems(const std::string& rest) {
  return check_problems(with_rule(rest));
}

TEST(ReadRule, Transforms_AreReadWhole) {
  const auto rule = read(R"(
    transforms: { url_rewrite: { regex: "^/api/(.*)$", replace: "/$1" }, host_header_rewrite: { regex: ".*", replace: "" } },
    forward: shop)");
  EXPECT_EQ(rule.url_rewrite->regex, "^/api/(.*)$");
  EXPECT_EQ(rule.url_rewrite->replace, "/$1");
  EXPECT_EQ(rule.host_header_rewrite->regex, ".*");
  EXPECT_EQ(rule.host_header_rewrite->replace, "");
  EXPECT_TRUE(rule.response_headers.empty());
}

TEST(ReadRule, ResponseHeaders_AreReadInTheirOrder) {
  const auto rule = read(R"(
    response_headers: { set: { X-B: "1", X-A: "max-age=2; x" }, remove: [Server, Via] }, forward: shop)");
  EXPECT_THAT(rule.response_headers.set, ElementsAre(Pair("X-B", "1"), Pair("X-A", "max-age=2; x")));
  EXPECT_THAT(rule.response_headers.remove, ElementsAre("Server", "Via"));
  EXPECT_FALSE(rule.url_rewrite || rule.host_header_rewrite);
}

TEST(ReadRule, Redirect_IsReadWhole) {
  const auto rule = read(R"(
    redirect: { protocol: https, host: b.com, port: 443, path: "/x/#{path}", query: "", status: 308 })");
  const auto& redirect = std::get<config::Redirect>(rule.action);
  EXPECT_EQ(redirect.protocol, "https");
  EXPECT_EQ(redirect.host, "b.com");
  EXPECT_EQ(redirect.port, "443");
  EXPECT_EQ(redirect.path, "/x/#{path}");
  EXPECT_EQ(redirect.query, "");
  EXPECT_EQ(redirect.status, 308);
}

TEST(ReadRule, RedirectWithoutParts_HasAlbsDefaults) {
  const auto rule = read("redirect: {}");
  const auto& redirect = std::get<config::Redirect>(rule.action);
  EXPECT_EQ(redirect.protocol, "#{protocol}");
  EXPECT_EQ(redirect.host, "#{host}");
  EXPECT_EQ(redirect.port, "#{port}");
  EXPECT_EQ(redirect.path, "/#{path}");
  EXPECT_EQ(redirect.query, "#{query}");
  EXPECT_EQ(redirect.status, 302);
}

struct Case {
  const char* name;
  const char* rule;  // stands on line 7
  const char* problem;

  friend void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }
};

class RuleProblems : public testing::TestWithParam<Case> {};

TEST_P(RuleProblems, AreSaidWithPlaceAndKey) {
  const auto& [name, rule, problem] = GetParam();
  EXPECT_THAT(problems(rule), ElementsAre(problem));
}

const Case reading[] = {
    {"RedirectStatus", "redirect: { path: /, status: 303 }",
     "7:30: listeners[0].rules[0].redirect.status: `303` is no status of a redirect; write 301, 302, 307 or "
     "308"},
    {"RedirectKey", "redirect: { pth: / }",
     "7:13: listeners[0].rules[0].redirect.pth: unknown key; did you mean `path`?"},
    {"RedirectOfEmptyHost", "redirect: { host: '' }",
     "7:19: listeners[0].rules[0].redirect.host: must not be empty"},
    {"RedirectAndForward", "redirect: { path: / }, forward: shop",
     "6:7: listeners[0].rules[0]: needs exactly one action: forward, redirect or fixed_response"},
    {"RewriteWithoutReplace", "transforms: { url_rewrite: { regex: a } }, forward: shop",
     "7:28: listeners[0].rules[0].transforms.url_rewrite: `replace` is missing"},
    {"RewriteOfNothing", "transforms: { host_header_rewrite: { regex: '', replace: a } }, forward: shop",
     "7:45: listeners[0].rules[0].transforms.host_header_rewrite.regex: must not be empty"},
    {"UnknownTransform", "transforms: { url_rewrit: {} }, forward: shop",
     "7:15: listeners[0].rules[0].transforms.url_rewrit: unknown key; did you mean `url_rewrite`?"},
    {"HeaderTwice", "response_headers: { set: { A: '1', A: '2' } }, forward: shop",
     "7:36: listeners[0].rules[0].response_headers.set.A: is there twice"},
    {"HeaderWithoutValue", "response_headers: { set: { A: } }, forward: shop",
     "7:28: listeners[0].rules[0].response_headers.set.A: is nothing; it must be a single value"},
};
INSTANTIATE_TEST_SUITE_P(Reading, RuleProblems, testing::ValuesIn(reading),
                         [](const auto& one) { return std::string(one.param.name); });

const Case redirects[] = {
    {"ToItself", "redirect: { status: 301 }",
     "7:11: listeners[0].rules[0].redirect: leads back to itself; change protocol, host, port or path"},
    {"ToItselfWithAQuery", "redirect: { query: a=b }",
     "7:11: listeners[0].rules[0].redirect: leads back to itself; change protocol, host, port or path"},
    {"Protocol", "redirect: { protocol: ftp }",
     "7:23: listeners[0].rules[0].redirect.protocol: `ftp` is not known; it must be http, https or "
     "#{protocol}"},
    {"Host", "redirect: { host: 'a b' }",
     "7:19: listeners[0].rules[0].redirect.host: has a character that no host has"},
    {"Port", "redirect: { port: 0 }",
     "7:19: listeners[0].rules[0].redirect.port: `0` is not a port; write 1 to 65535 or #{port}"},
    {"Path", "redirect: { path: '#{path}' }",
     "7:19: listeners[0].rules[0].redirect.path: must begin with `/`, as /#{path}"},
    {"Query", "redirect: { path: /, query: '?a' }",
     "7:29: listeners[0].rules[0].redirect.query: is written without the `?`"},
};
INSTANTIATE_TEST_SUITE_P(Redirects, RuleProblems, testing::ValuesIn(redirects),
                         [](const auto& one) { return std::string(one.param.name); });

const Case transforms[] = {
    {"Regex", "transforms: { url_rewrite: { regex: 'a(b', replace: / } }, forward: shop",
     "7:37: listeners[0].rules[0].transforms.url_rewrite.regex: `a(b` is not a regular expression: missing "
     "): a(b"},
    {"Group", "transforms: { host_header_rewrite: { regex: 'a(b)', replace: $2 } }, forward: shop",
     "7:62: listeners[0].rules[0].transforms.host_header_rewrite.replace: has $2, but the regex has only 1 "
     "group"},
    {"WithRedirect", "transforms: { url_rewrite: { regex: a, replace: b } }, redirect: { path: / }",
     "7:13: listeners[0].rules[0].transforms: needs `forward`: nothing else sends the request on"},
    {"WithFixedResponse",
     "transforms: { host_header_rewrite: { regex: a, replace: b } }, fixed_response: { status: 200 }",
     "7:13: listeners[0].rules[0].transforms: needs `forward`: nothing else sends the request on"},
};
INSTANTIATE_TEST_SUITE_P(Transforms, RuleProblems, testing::ValuesIn(transforms),
                         [](const auto& one) { return std::string(one.param.name); });

const Case headers[] = {
    {"RemovedName", "response_headers: { remove: ['X A'] }, forward: shop",
     "7:30: listeners[0].rules[0].response_headers.remove[0]: `X A` is not a header name"},
    {"FramingSet", "response_headers: { set: { content-length: 0 } }, forward: shop",
     "7:44: listeners[0].rules[0].response_headers.set.content-length: `content-length` frames the message; "
     "Sluice writes it as it must be"},
    {"FramingRemoved", "response_headers: { remove: [Transfer-Encoding] }, forward: shop",
     "7:30: listeners[0].rules[0].response_headers.remove[0]: `Transfer-Encoding` frames the message; Sluice "
     "writes it as it must be"},
    {"SetAndRemoved", "response_headers: { set: { Server: a }, remove: [server] }, forward: shop",
     "7:50: listeners[0].rules[0].response_headers.remove[0]: `server` is set or removed twice"},
    {"SetInTwoCases", "response_headers: { set: { A: '1', a: '2' } }, forward: shop",
     "7:39: listeners[0].rules[0].response_headers.set.a: `a` is set or removed twice"},
    {"LineBreak", "response_headers: { set: { A: \"1\\r\\nB: 2\" } }, forward: shop",
     "7:31: listeners[0].rules[0].response_headers.set.A: must be one line of visible ASCII without space at "
     "its ends"},
};
INSTANTIATE_TEST_SUITE_P(Headers, RuleProblems, testing::ValuesIn(headers),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(CheckActions, GoodOnes_AreFine) {
  for (const char* rule :
       {"redirect: { host: new.example.com, path: '/#{path}', status: 301 }",
        "redirect: { protocol: https, port: 443 }", "redirect: { path: /, query: '' }",
        "redirect: { protocol: http, path: / }",
        "transforms: { url_rewrite: { regex: '^/api/(.*)$', replace: '/$1' } }, forward: shop",
        "transforms: {}, redirect: { path: / }", "response_headers: {}, forward: shop",
        "response_headers: { set: { Date: x, A: '' }, remove: [Server] }, redirect: { path: / }",
        "response_headers: { set: { A: b } }, fixed_response: { status: 200 }"})
    EXPECT_THAT(problems(rule), IsEmpty()) << rule;
}

TEST(CheckActions, TextsThatAreTooLong_AreSaid) {
  const auto path = "/" + std::string(128, 'a'), regex = std::string(1025, 'a');
  EXPECT_THAT(problems("redirect: { path: " + path.substr(0, 128) + " }"), IsEmpty());
  EXPECT_THAT(problems("redirect: { path: " + path + " }"),
              ElementsAre("7:19: listeners[0].rules[0].redirect.path: is longer than 128 characters"));
  const auto rewrite = [](const std::string& from, const std::string& to) {
    return problems("transforms: { url_rewrite: { regex: " + from + ", replace: " + to +
                    " } }, forward: shop");
  };
  EXPECT_THAT(rewrite(regex.substr(1), regex.substr(1)), IsEmpty());
  EXPECT_THAT(
      rewrite(regex, "/"),
      ElementsAre(
          "7:37: listeners[0].rules[0].transforms.url_rewrite.regex: is longer than 1024 characters"));
  EXPECT_THAT(
      rewrite("a", regex),
      ElementsAre(
          "7:49: listeners[0].rules[0].transforms.url_rewrite.replace: is longer than 1024 characters"));
}

TEST(CheckActions, RedirectFromHttpsToHttp_IsSaid) {
  config::Config config;
  config::Listener listener;
  listener.protocol = config::ListenerProtocol::https;
  config::Redirect redirect;
  redirect.protocol = "http";
  listener.fallback = redirect;
  config.listeners.push_back(listener);
  const auto said = [&] {
    std::vector<std::string> keys;
    for (const auto& problem : check_config(config))
      if (problem.key.starts_with("listeners[0].default")) keys.push_back(problem.what);
    return keys;
  };
  EXPECT_THAT(said(), ElementsAre("leads from https to http, which gives away what https protected"));
  config.listeners[0].protocol = config::ListenerProtocol::http;
  EXPECT_THAT(said(), IsEmpty());
}

TEST(CheckActions, DefaultHasAnActionOnly) {
  EXPECT_THAT(reading_problems(with(quickstart, "{ forward: shop }", "{ transforms: {}, forward: shop }")),
              ElementsAre("5:16: listeners[0].default.transforms: unknown key"));
  EXPECT_THAT(check_problems(with(quickstart, "{ forward: shop }", "{ redirect: { path: /b } }")), IsEmpty());
}

class CompileRule : public testing::Test {
 protected:
  struct NoShares final : SharePoints {
    Point point(const Share&) override { return {}; }
  };

  std::shared_ptr<const Listener> compile(const std::string& rest,
                                          const std::shared_ptr<const Listener>& previous = nullptr) {
    const auto config = read_config_text(with_rule(rest), "sluice.yaml").config;
    config::Findings findings(config);
    auto made = compile_listener(config, 0, previous, slots_, findings);
    EXPECT_TRUE(findings.empty());
    return made;
  }
  // What a request for /a finds.
  const Rule& rule(const std::shared_ptr<const Listener>& listener) {
    return listener->rules->find(head_of("GET", "/a"), shares_);
  }

  Slots slots_;
  NoShares shares_;
};

TEST_F(CompileRule, Redirect_IsCutIntoPieces) {
  const auto listener = compile("redirect: { host: b.com, path: '/x/#{path}', status: 307 }");
  const auto& redirect = std::get<Redirect>(rule(listener).action);
  EXPECT_EQ(redirect.status, 307);
  std::string location;
  EXPECT_EQ(write_redirect(location, redirect, {"http", "a.com", "/a", "q"}), RedirectTo::elsewhere);
  EXPECT_EQ(location, "http://b.com/x/a?q");
}

TEST_F(CompileRule, Transforms_AreCompiled) {
  const auto listener = compile(R"(
    transforms: { url_rewrite: { regex: '^/(a)', replace: "/$1$1" }, host_header_rewrite: {
regex:
  "^SHOP", replace : app
}
},
    forward: shop)");
  const auto& made = rule(listener);
  std::string storage;
  EXPECT_EQ(rewrite_target(*made.url_rewrite, "/a/b", storage), "/aa/b");
  EXPECT_EQ(rewrite_target(*made.url_rewrite, "/A/b", storage), "/A/b") << "paths have letters";
  EXPECT_EQ(rewrite_host(*made.host_header_rewrite, "shop.com", storage), "app.com") << "hosts in any case";
  EXPECT_EQ(std::get<Forward>(made.action).service, 0u);
  EXPECT_EQ(made.response_headers, nullptr);
}

TEST_F(CompileRule, ResponseHeaders_AreThereOnlyIfTheySaySomething) {
  EXPECT_EQ(rule(compile("response_headers: { remove: [] }, forward: shop")).response_headers, nullptr);
  const auto listener = compile("response_headers: { remove: [Server] }, forward: shop");
  ASSERT_NE(rule(listener).response_headers, nullptr);
  EXPECT_TRUE(rule(listener).response_headers->drops("server"));
}

TEST_F(CompileRule, SameRulesAgain_AreShared) {
  const std::string text = R"(
    transforms: { url_rewrite: { regex: "a", replace: "b" } }, response_headers: { remove: [Server] }, forward: shop)";
  const auto first = compile(text);
  EXPECT_EQ(compile(text, first), first);
  EXPECT_NE(compile(with(text, "Server", "Via"), first), first);
  EXPECT_NE(compile(with(text, "\"b\"", "\"c\""), first), first);
}

}  // namespace
}  // namespace sluice
