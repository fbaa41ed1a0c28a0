// What is asked of whom, by what the group and its check say.
#include "health/check_question.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice {
namespace {

using Tls = CheckQuestion::Tls;
using testing::HasSubstr;
using testing::Not;

struct CheckQuestionTest : testing::Test {
  TargetGroup group;
  HealthCheck check;

  CheckQuestionTest() {
    group.name = "shop";
    auto& target = group.targets.emplace_back();
    target.address = "app.internal:8080";
    target.ip = "10.0.0.7";
    target.port = 8080;
  }
  CheckQuestion made() {
    return make_question(group, group.targets[0], std::make_shared<HealthCheck>(check));
  }
  void use_tls(bool verify) { group.tls = std::make_shared<UpstreamTls>(UpstreamTls{.verify = verify}); }
};

TEST_F(CheckQuestionTest, PlainHttp_AsksTheTargetByItsName) {
  check.path = "/healthz?deep=1";
  const auto question = made();
  EXPECT_EQ(question.ip, "10.0.0.7");
  EXPECT_EQ(question.port, 8080);
  EXPECT_EQ(question.tls, Tls::none);
  EXPECT_FALSE(question.http2);
  EXPECT_EQ(question.request,
            "GET /healthz?deep=1 HTTP/1.1\r\nHost: app.internal:8080\r\nConnection: close\r\n"
            "User-Agent: Sluice-HealthChecker/1.0\r\n\r\n");
}

TEST_F(CheckQuestionTest, PortHostAndHeaders_AreAsWritten) {
  check.port = 9100;
  EXPECT_THAT(made().request, HasSubstr("Host: app.internal:9100\r\n"));
  check.host = "shop.example";
  check.headers = {{"X-Key", "secret"}, {"user-agent", "mine"}};
  const auto question = made();
  EXPECT_EQ(question.port, 9100);
  EXPECT_EQ(question.authority, "shop.example");
  EXPECT_THAT(question.request, HasSubstr("Host: shop.example\r\n"));
  EXPECT_THAT(question.request, HasSubstr("X-Key: secret\r\nuser-agent: mine\r\n\r\n"));
  EXPECT_THAT(question.request, Not(HasSubstr("Sluice")));
}

TEST_F(CheckQuestionTest, Https_IsVerifiedAsTheGroupSays) {
  check.protocol = HealthProtocol::https;
  EXPECT_EQ(made().tls, Tls::unverified);  // nothing to verify by
  use_tls(false);
  EXPECT_EQ(made().tls, Tls::unverified);
  use_tls(true);
  EXPECT_EQ(made().tls, Tls::verified);
  EXPECT_EQ(made().server_name, "app.internal");
  group.tls = std::make_shared<UpstreamTls>(UpstreamTls{.server_name = "other.internal"});
  EXPECT_EQ(made().server_name, "other.internal");
}

TEST_F(CheckQuestionTest, AddressOfVersion6_IsVerifiedWithoutItsBrackets) {
  group.targets[0].address = "[::1]:8080";
  EXPECT_EQ(made().server_name, "::1");
  EXPECT_EQ(made().authority, "[::1]:8080");
}

TEST_F(CheckQuestionTest, GroupOfHttp2_IsAskedInHttp2AtItsOwnPort) {
  group.protocol = UpstreamProtocol::http2;
  EXPECT_TRUE(made().http2);
  EXPECT_EQ(made().alpn, "\x02h2\x08http/1.1");
  check.port = 9100;
  EXPECT_FALSE(made().http2);
  EXPECT_EQ(made().alpn, "\x08http/1.1");
}

TEST_F(CheckQuestionTest, Grpc_IsHttp2OverTlsIfTheGroupHasIt) {
  check.protocol = HealthProtocol::grpc;
  check.port = 9100;
  EXPECT_TRUE(made().http2);
  EXPECT_EQ(made().tls, Tls::none);
  use_tls(true);
  EXPECT_EQ(made().tls, Tls::verified);
  EXPECT_EQ(made().alpn, "\x02h2");
}

TEST_F(CheckQuestionTest, Same_IsWhatAsksTheSameOfTheSame) {
  const auto before = made();
  EXPECT_TRUE(same(before, made()));
  check.healthy = 3;
  EXPECT_FALSE(same(before, made()));
  check.healthy = 5;
  group.targets[0].ip = "10.0.0.8";
  EXPECT_FALSE(same(before, made()));
}

}  // namespace
}  // namespace sluice
