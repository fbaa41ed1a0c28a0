// What the admin API says about users: experiments, whois, overrides.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "routing/override.h"
#include "tests/unit/control/admin_fixture.h"

namespace sluice {
namespace {

using testing::HasSubstr;

class AdminExperimentsTest : public AdminFixture {
 protected:
  AdminExperimentsTest() {
    EXPECT_TRUE(applied(revisions_, config_of(quickstart + R"(
experiments:
  one: { service: shop, arms: { a: { weight: 3, flags: { color: red, n: 3, on: true } }, b: { weight: 1 } } }
)")));
    shard_.adopt(*revisions_.current());
  }

  boost::json::value get(const std::string& path, std::map<std::string, std::string> query = {}) {
    ApiRequest request;
    request.method = "GET";
    request.path = path;
    request.host = "127.0.0.1:9900";
    request.query = std::move(query);
    last_ = awaited_result(api_.answer(std::move(request)));
    return boost::json::parse(last_.body);
  }

  const Experiment& experiment() { return *revisions_.current()->layers[0]->experiments[0]; }
  void expose(int users, std::size_t arm) {
    for (int i = 0; i < users; ++i)
      shard_.exposures().count({&experiment(), &experiment().arms[arm]}, "u" + std::to_string(next_++));
  }
  std::string verdict() {
    const auto answer = get("/v1/experiments");
    return std::string(answer.at_pointer("/experiments/0/sample_ratio/verdict").as_string());
  }

  OutcomeShard& shard_ = outcomes_.add_shard();
  ApiResponse last_;
  int next_ = 0;
};

TEST_F(AdminExperimentsTest, ExposuresAreCountedAndTheirRatioJudged) {
  EXPECT_EQ(verdict(), "insufficient_data");
  expose(300, 0);
  expose(100, 1);
  EXPECT_EQ(verdict(), "ok");
  const auto answer = get("/v1/experiments");
  EXPECT_EQ(answer.at_pointer("/experiments/0/arms/0/exposures").to_number<int>(), 300);
  EXPECT_EQ(answer.at_pointer("/experiments/0/arms/1/sampled_users").to_number<int>(), 100);
  expose(100, 1);
  EXPECT_EQ(verdict(), "mismatch");
}

TEST_F(AdminExperimentsTest, UserWhoComesAgain_CountsOnceInTheRatio) {
  expose(300, 0);
  expose(100, 1);
  for (int again = 0; again < 1000; ++again)
    shard_.exposures().count({&experiment(), &experiment().arms[1]}, "u350");
  EXPECT_EQ(verdict(), "ok");
}

TEST_F(AdminExperimentsTest, ArmsChanged_CountingBeginsAnew) {
  expose(400, 1);
  EXPECT_EQ(verdict(), "mismatch");
  EXPECT_TRUE(applied(revisions_, config_of(quickstart + R"(
experiments:
  one: { service: shop, arms: { a: { weight: 1 }, b: { weight: 1 } } }
)")));
  shard_.adopt(*revisions_.current());
  EXPECT_EQ(verdict(), "insufficient_data");
}

TEST_F(AdminExperimentsTest, Whois_SaysVariantArmsFlagsAndWhy) {
  const auto answer = get("/v1/whois", {{"service", "shop"}, {"identity", "u1"}});
  EXPECT_EQ(last_.status, 200u);
  const auto point = point_of(salt_seed("shop"), "u1");
  const auto& shop = *revisions_.current()->services[0];
  EXPECT_EQ(answer.at("variant").as_string(), shop.variants[shop.split.variant_at(point)].name);
  EXPECT_NEAR(answer.at("point").to_number<double>(), static_cast<double>(point) * 0x1p-64, 1e-8);
  EXPECT_THAT(std::string(answer.at("reason").as_string()), HasSubstr("split"));
  const auto arm = std::string(answer.at_pointer("/experiments/0/arm").as_string());
  EXPECT_EQ(answer.at("flags").as_object().size(), arm == "a" ? 3u : 0u);
}

TEST_F(AdminExperimentsTest, Whois_OfAWholeCookieOrAnAddress_IsOfTheIdentityInIt) {
  EXPECT_TRUE(applied(revisions_, config_of(R"(
listeners: [{ name: web, address: 127.0.0.1:8080, default: { forward: shop } }]
services:
  shop:
    variants: { blue: { target_group: app, weight: 1 }, green: { target_group: app, weight: 1 } }
    sticky: { identity: [source_ip/24], cookie: {} }
target_groups: { app: { targets: [127.0.0.1:9001] } }
)")));
  const auto who = [&](const std::string& identity) {
    return std::string(
        get("/v1/whois", {{"service", "shop"}, {"identity", identity}}).at("identity").as_string());
  };
  const auto id = id_text({1, 2, 3});
  const auto cookie = cookie_value(*revisions_.current()->services[0]->identity.cookie, id);
  const std::string text(cookie.data(), cookie.size());
  EXPECT_EQ(who(text), std::string(id.data(), id.size()));
  EXPECT_EQ(who(text.substr(0, text.size() - 1) + "~"), text.substr(0, text.size() - 1) + "~") << "not ours";
  EXPECT_EQ(who("192.0.2.7"), "192.0.2.0/24");
  EXPECT_EQ(who("192.0.2.0/24"), "192.0.2.0/24");
}

TEST_F(AdminExperimentsTest, Whois_ShareConditionOfAnAudience_IsAsked) {
  EXPECT_TRUE(applied(revisions_, config_of(quickstart + R"(
experiments:
  one: { service: shop, audience: { conditions: [{ share: 10% }] }, arms: { a: { weight: 1, flags: { f: true } } } }
)")));
  int in = 0;
  for (int i = 0; i < 500; ++i) {
    const auto answer = get("/v1/whois", {{"service", "shop"}, {"identity", "u" + std::to_string(i)}});
    EXPECT_EQ(answer.at_pointer("/experiments/0/arm").is_string(), !answer.at("flags").as_object().empty());
    in += answer.at_pointer("/experiments/0/arm").is_string();
  }
  EXPECT_NEAR(in, 50, 25);
}

TEST_F(AdminExperimentsTest, Whois_OfNobodyOrNothing_IsAProblem) {
  get("/v1/whois", {{"service", "shop"}});
  EXPECT_EQ(code_of(last_), "400 missing_parameter");
  get("/v1/whois", {{"service", "shp"}, {"identity", "u1"}});
  EXPECT_EQ(code_of(last_), "404 no_such_service");
}

TEST_F(AdminExperimentsTest, Override_IsSignedForItsServiceAndTime) {
  const auto answer = ask("POST", "/v1/overrides", R"({"service": "shop", "variant": "green", "for": "2h"})");
  ASSERT_EQ(answer.status, 200u);
  const auto body = boost::json::parse(answer.body);
  const std::string value(body.at("value").as_string());
  const UnixSeconds expires(std::chrono::seconds(body.at("expires").to_number<std::int64_t>()));
  const auto& keys = revisions_.current()->services[0]->override_keys;
  EXPECT_EQ(find_override(value, "shop", keys, expires, false).variant, "green");
  EXPECT_EQ(find_override(value, "shop", keys, expires + std::chrono::seconds(1), false).verdict,
            OverrideVerdict::refused);
}

TEST_F(AdminExperimentsTest, OverrideThatMakesNoSense_IsAProblem) {
  const auto post = [&](const std::string& body) { return code_of(ask("POST", "/v1/overrides", body)); };
  EXPECT_EQ(post("x"), "422 invalid_override");
  EXPECT_EQ(post(R"({"service": "shop"})"), "422 invalid_override");
  EXPECT_EQ(post(R"({"service": "shop", "variant": "green", "for": 3})"), "422 invalid_override");
  EXPECT_EQ(post(R"({"service": "shop", "variant": "green", "for": "31d"})"), "422 invalid_override");
  EXPECT_EQ(post(R"({"service": "shp", "variant": "green"})"), "404 no_such_service");
  EXPECT_EQ(post(R"({"service": "shop", "variant": "pink"})"), "422 no_such_variant");
}

}  // namespace
}  // namespace sluice
