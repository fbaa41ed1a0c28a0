// What is said about files that read well but cannot be served.
#include "control/config_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/control/configs.h"
#include "tests/unit/control/scratch_folder.h"
#include "tests/unit/control/test_certificates.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(CheckConfig, Quickstart_IsFine) {
  EXPECT_THAT(check_problems(quickstart), IsEmpty());
}

struct Case {
  const char* name;
  const char* from;  // replaced in the quickstart
  const char* to;
  const char* problem;

  friend void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }
};

class CheckProblems : public testing::TestWithParam<Case> {};

TEST_P(CheckProblems, AreSaidWithPlaceAndKey) {
  const auto& [name, from, to, problem] = GetParam();
  EXPECT_THAT(check_problems(with(quickstart, from, to)), ElementsAre(problem));
}

const Case cases[] = {
    {"UnknownService", "forward: shop", "forward: shp",
     "5:25: listeners[0].default.forward: no service `shp`; did you mean `shop`?"},
    {"UnknownTargetGroup", "target_group: shop-green", "target_group: shop-gren",
     "10:30: services.shop.variants.green.target_group: no target group `shop-gren`; did you mean "
     "`shop-green`?"},
    {"UnknownStable", "    sticky:", "    stable: blu\n    sticky:",
     "11:13: services.shop.stable: no variant `blu`; did you mean `blue`?"},
    {"AdminForEveryone", "127.0.0.1:9900", "0.0.0.0:9900",
     "1:19: admin.address: `0.0.0.0:9900` is not a loopback address, which needs `tokens_file: FILE`; or use "
     "127.0.0.1"},
    {"AdminOnAUnixSocketOfNoName", "127.0.0.1:9900", "'unix:sluice.sock'",
     "1:19: admin.address: `unix:sluice.sock` has no absolute path of at most 107 characters; write as "
     "unix:/run/sluice.sock"},
    {"TokensThatAreNotThere", "127.0.0.1:9900", "127.0.0.1:9900, tokens_file: /nowhere/tokens.yaml",
     "1:48: admin.tokens_file: cannot read /nowhere/tokens.yaml: No such file or directory"},
    {"AddressWithoutPort", "127.0.0.1:8080", "127.0.0.1",
     "4:14: listeners[0].address: `127.0.0.1` is not an address; write host:port, as 10.0.0.7:8080 or "
     "[::1]:8080"},
    {"ListenerOnAName", "127.0.0.1:8080", "example.com:80",
     "4:14: listeners[0].address: `example.com` is not a numeric address; write one of this machine's, as "
     "0.0.0.0 or "
     "[::]"},
    {"ListenerOnTheAdminAddress", "127.0.0.1:8080", "127.0.0.1:9900",
     "4:14: listeners[0].address: is the address of admin already"},
    {"BadTarget", "[127.0.0.1:9001]", "[nine thousand]",
     "14:27: target_groups.shop-blue.targets[0]: `nine thousand` is not an address; write host:port, as "
     "10.0.0.7:8080 "
     "or [::1]:8080"},
    {"TargetWithoutPort", "[127.0.0.1:9001]", "[127.0.0.1:0]",
     "14:27: target_groups.shop-blue.targets[0]: port 0 cannot be connected to"},
    {"TargetTwice", "[127.0.0.1:9001]", "[127.0.0.1:9001, { address: 127.0.0.1:9001 }]",
     "14:43: target_groups.shop-blue.targets[1]: `127.0.0.1:9001` is in this group twice; give it a weight "
     "instead"},
    {"HttpsWithoutCertificates", "127.0.0.1:8080", "127.0.0.1:8080\n    protocol: https",
     "5:15: listeners[0].protocol: https needs `tls: { certificates: [{ cert: FILE, key: FILE }] }`"},
    {"TlsOnHttp", "127.0.0.1:8080", "127.0.0.1:8080\n    tls: { certificates: [] }",
     "5:10: listeners[0].tls: needs `protocol: https`"},
    {"HealthPathWithQuery", "127.0.0.1:8080", "127.0.0.1:8080\n    health_path: /ready?x",
     "5:18: listeners[0].health_path: `/ready?x` is not a path; write as /_sluice/ready"},
    {"LineAboveTheWholeHead", "127.0.0.1:8080",
     "127.0.0.1:8080\n    limits: { header_total: 8KiB, header_field: 4KiB }",
     "5:13: listeners[0].limits.request_line: is above header_total, 8KiB"},
    {"BadRange", "listeners:", "trusted: [10.0.0.0/8, 10.0.0.0/33]\nlisteners:",
     "2:23: trusted[1]: `10.0.0.0/33` is not a CIDR block; write as 10.0.0.0/8 or 2001:db8::/32"},
    {"BadCookieName", "cookie:user_id", "'cookie:user id'",
     "12:18: services.shop.sticky.identity[0]: `user id` cannot be such a name"},
    {"RedirectStatus", "{ forward: shop }", "{ fixed_response: { status: 302 } }",
     "5:42: listeners[0].default.fixed_response.status: must be 2xx, 4xx or 5xx"},
    {"OddContentType", "{ forward: shop }", "{ fixed_response: { status: 200, content_type: image/png } }",
     "5:61: listeners[0].default.fixed_response.content_type: `image/png` is not one of text/plain, "
     "text/css, text/html, "
     "application/javascript, application/json"},
    {"BodyOfNoContent", "{ forward: shop }", "{ fixed_response: { status: 204, body: x } }",
     "5:53: listeners[0].default.fixed_response.body: a 204 has no body"},
};

INSTANTIATE_TEST_SUITE_P(Kinds, CheckProblems, testing::ValuesIn(cases),
                         [](const auto& one) { return std::string(one.param.name); });

// The quickstart with rules of its listener.
std::vector<std::string> rule_problems(const std::string& rules) {
  return check_problems(with(quickstart, "    default:", "    rules:\n" + rules + "    default:"));
}

TEST(CheckRules, GoodRules_AreFine) {
  EXPECT_THAT(
      rule_problems(
          "    - { priority: 1, conditions: [{ path_pattern: [/a, '*.png', '?'] }], forward: shop }\n"
          "    - { priority: 2, conditions: [{ host_header: ['*.example.com', '[::1]'] },\n"
          "                                  { http_header: { name: X-A, values: [''] } },\n"
          "                                  { http_header: { name: X-B, values: ['1'] } },\n"
          "                                  { http_request_method: [GET, M-SEARCH] }], forward: shop }\n"),
      IsEmpty());
}

TEST(CheckRules, PriorityTwice_NamesTheFirst) {
  EXPECT_THAT(rule_problems("    - { priority: 7, conditions: [{ path_pattern: [/a] }], forward: shop }\n"
                            "    - { priority: 7, conditions: [{ path_pattern: [/b] }], forward: shop }\n"),
              ElementsAre("7:19: listeners[0].rules[1].priority: 7 is taken by listeners[0].rules[0]"));
}

TEST(CheckRules, ConditionsThatCannotBe_AreSaid) {
  const auto problem_of = [](const std::string& condition) {
    const auto problems =
        rule_problems("    - { priority: 1, conditions: [{ " + condition + " }], forward: shop }\n");
    return problems.size() == 1 ? problems[0] : "not one problem";
  };
  EXPECT_THAT(problem_of("path_pattern: []"), HasSubstr("path_pattern: has no values"));
  EXPECT_THAT(problem_of("path_pattern: [api]"),
              HasSubstr("path_pattern[0]: `api` matches no path: those begin with `/`"));
  EXPECT_THAT(problem_of("path_pattern: [/" + std::string(128, 'a') + "]"),
              HasSubstr("is longer than 128 characters"));
  EXPECT_THAT(problem_of("path_pattern: ['/%7Euser/*']"), HasSubstr("is matched as `/~user/`"));
  EXPECT_THAT(problem_of("path_pattern: [/a//b]"), HasSubstr("is matched as `/a/b`"));
  EXPECT_THAT(problem_of("path_pattern: ['/a b']"), HasSubstr("is matched as `/a%20b`"));
  EXPECT_THAT(problem_of("path_pattern: ['/x%zz']"), HasSubstr("matches no path: a % in the path"));
  EXPECT_THAT(problem_of("host_header: ['https://a']"), HasSubstr("write it without scheme and port"));
  EXPECT_THAT(problem_of("host_header: ['ex ample']"), HasSubstr("is no host: those have"));
  EXPECT_THAT(problem_of("host_header: ['example..com']"), HasSubstr("is no host: those have"));
  EXPECT_THAT(problem_of("http_header: { name: X A, values: [a] }"), HasSubstr("`X A` is not a header name"));
  EXPECT_THAT(problem_of("http_header: { name: host, values: [a] }"), HasSubstr("for Host, use host_header"));
  EXPECT_THAT(problem_of("http_request_method: [get]"), HasSubstr("`get` is not a method"));
}

TEST(CheckRules, PathsAsTheyAreMatched_AreFine) {
  for (const auto* path :
       {"/.well-known/*", "/a/.*", "/*", "*.png", "/a?c/*", "/caf%C3%A9", "/@admin/*", "/a%2Fb", "/x;y=1"})
    EXPECT_THAT(rule_problems("    - { priority: 1, conditions: [{ path_pattern: ['" + std::string(path) +
                              "'] }], forward: shop }\n"),
                testing::IsEmpty())
        << path;
}

TEST(CheckRules, NoConditionsOrTwoOfOneKind_AreSaid) {
  EXPECT_THAT(rule_problems("    - { priority: 1, conditions: [], forward: shop }\n"),
              ElementsAre(HasSubstr("rules[0].conditions: has no conditions")));
  EXPECT_THAT(rule_problems("    - { priority: 1, conditions: [{ path_pattern: [/a] }, { path_pattern: [/b] "
                            "}], forward: shop }\n"),
              ElementsAre(HasSubstr("conditions[1]: is the second of its kind")));
}

TEST(CheckConfig, AllWeightsZero_ServeNobody) {
  const auto text = with(with(quickstart, "weight: 90", "weight: 0"), "weight: 10", "weight: 0");
  EXPECT_THAT(check_problems(text),
              ElementsAre("9:7: services.shop.variants: needs a variant with a weight above 0"));
}

TEST(CheckConfig, TwoListenersOnOneAddress_AreSaid) {
  const auto second = "  - { name: web, address: '127.0.0.1:8080' }\nservices:";
  EXPECT_THAT(check_problems(with(quickstart, "services:", second)),
              ElementsAre("6:13: listeners[1].name: there is another listener `web`",
                          "6:27: listeners[1].address: is the address of listener `web` already"));
}

TEST(CheckConfig, AnyFreePortTwice_IsFine) {
  const auto second = "  - { name: other, address: '127.0.0.1:0' }\nservices:";
  EXPECT_THAT(check_problems(with(with(quickstart, "services:", second), "127.0.0.1:8080", "127.0.0.1:0")),
              IsEmpty());
}

TEST(CheckConfig, NoListeners_AreSaid) {
  EXPECT_THAT(check_problems("listeners: []\n"), ElementsAre("1:12: listeners: there is no listener"));
}

class CheckFiles : public testing::Test {
 protected:
  std::vector<std::string> tls_problems(const std::string& tls) const {
    const auto text =
        with(quickstart, "127.0.0.1:8080", "127.0.0.1:8443\n    protocol: https\n    tls: " + tls);
    return check_problems(text, folder_.file("sluice.yaml"));
  }
  std::vector<std::string> https_problems() const {
    return tls_problems("{ certificates: [{ cert: a.pem, key: a.key }] }");
  }
  ScratchFolder folder_;
  Certificate pair_ = make_certificate("a.example.com");
};

TEST_F(CheckFiles, CertificateBesideTheFile_IsFine) {
  folder_.write("a.pem", pair_.chain);
  folder_.write("a.key", pair_.key);
  EXPECT_THAT(https_problems(), IsEmpty());
}

TEST_F(CheckFiles, CertificateAndKeyMissing_AreBothSaid) {
  EXPECT_THAT(https_problems(), ElementsAre("6:35: listeners[0].tls.certificates[0].cert: cannot read " +
                                                folder_.file("a.pem") + ": No such file or directory",
                                            "6:47: listeners[0].tls.certificates[0].key: cannot read " +
                                                folder_.file("a.key") + ": No such file or directory"));
}

TEST_F(CheckFiles, KeyOfAnotherCertificate_IsSaid) {
  folder_.write("a.pem", pair_.chain);
  folder_.write("a.key", make_certificate("b").key);
  EXPECT_THAT(https_problems(),
              ElementsAre(HasSubstr("6:27: listeners[0].tls.certificates[0]: the certificate and the "
                                    "key cannot be used together")));
}

TEST_F(CheckFiles, OcspResponseThatIsNone_IsSaid) {
  folder_.write("a.pem", pair_.chain);
  folder_.write("a.key", pair_.key);
  folder_.write("a.ocsp", "hello");
  EXPECT_THAT(tls_problems("{ certificates: [{ cert: a.pem, key: a.key, ocsp: a.ocsp }] }"),
              ElementsAre("6:60: listeners[0].tls.certificates[0].ocsp: " + folder_.file("a.ocsp") +
                          " has no successful OCSP response in it; write one with openssl ocsp -respout"));
}

TEST_F(CheckFiles, ClientAuth_NeedsWhatItsModeLooksAt) {
  folder_.write("a.pem", pair_.chain);
  folder_.write("a.key", pair_.key);
  const auto problems = [&](const std::string& auth) {
    return tls_problems("{ certificates: [{ cert: a.pem, key: a.key }], client_auth: " + auth + " }");
  };
  EXPECT_THAT(problems("{ mode: verify, ca: a.pem }"), IsEmpty());
  EXPECT_THAT(problems("{ mode: passthrough }"), IsEmpty());
  EXPECT_THAT(problems("{ mode: verify }"),
              ElementsAre(EndsWith("listeners[0].tls.client_auth.mode: verify needs `ca: FILE`, by which "
                                   "clients are verified")));
  EXPECT_THAT(
      problems("{ mode: passthrough, ca: a.pem }"),
      ElementsAre(EndsWith("listeners[0].tls.client_auth.ca: needs `mode: verify`: no other mode looks "
                           "at it")));
  EXPECT_THAT(problems("{ mode: verify, ca: a.pem, crl: a.pem }"),
              ElementsAre(HasSubstr("listeners[0].tls.client_auth.crl: " + folder_.file("a.pem") +
                                    " has no PEM certificate revocation list in it")));
  EXPECT_THAT(problems("{ mode: sometimes }"), ElementsAre(HasSubstr("listeners[0].tls.client_auth.mode: ")));
}

TEST_F(CheckFiles, TlsPolicyThatNobodyKnows_IsGuessed) {
  folder_.write("a.pem", pair_.chain);
  folder_.write("a.key", pair_.key);
  const auto problems = [&](const std::string& policy) {
    return tls_problems("{ certificates: [{ cert: a.pem, key: a.key }], policy: " + policy + " }");
  };
  EXPECT_THAT(problems("ELBSecurityPolicy-TLS13-1-2-2021-06"), IsEmpty());
  EXPECT_THAT(
      problems("ELBSecurityPolicy-TLS13-1-2-2021-6"),
      ElementsAre("6:65: listeners[0].tls.policy: there is no policy `ELBSecurityPolicy-TLS13-1-2-2021-6`"
                  "; did you mean `ELBSecurityPolicy-TLS13-1-2-2021-06`?"));
  EXPECT_THAT(problems("modern"), ElementsAre(EndsWith("there is no policy `modern`; write one of ALB's, as "
                                                       "ELBSecurityPolicy-TLS13-1-2-2021-06")));
  EXPECT_THAT(problems("ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"),
              ElementsAre(HasSubstr("is not supported by this version (the key exchanges of -PQ- policies")));
}

TEST_F(CheckFiles, CaThatIsNone_IsSaid) {
  folder_.write("ca.pem", "hello");
  const auto text = with(quickstart, "[127.0.0.1:9001] }", "[127.0.0.1:9001], tls: { ca: ca.pem } }");
  EXPECT_THAT(check_problems(text, folder_.file("sluice.yaml")),
              ElementsAre("14:55: target_groups.shop-blue.tls.ca: " + folder_.file("ca.pem") +
                          " has no PEM certificate in it"));
}

}  // namespace
}  // namespace sluice
