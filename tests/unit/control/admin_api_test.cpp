// What the endpoints answer, without a socket.
#include <gmock/gmock.h>

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include "control/api/json_text.h"
#include "control/api/routes.h"
#include "control/api/weights_request.h"
#include "tests/unit/control/admin_fixture.h"

namespace sluice {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* weights_path = "/v1/services/shop/weights";

class AdminApiTest : public AdminFixture {
 protected:
  std::string put(const std::string& body, std::optional<std::string> if_match = {}) {
    const auto before = revisions_.current();
    const auto code = code_of(ask("PUT", weights_path, body, std::move(if_match)));
    EXPECT_EQ(revisions_.current(), before);
    return code;
  }
};

TEST_F(AdminApiTest, Liveness_IsNotReadiness) {
  ready_ = false;
  EXPECT_EQ(ask("GET", "/livez").status, 200u);
  EXPECT_EQ(code_of(ask("GET", "/readyz")), "503 not_ready");
  ready_ = true;
  EXPECT_EQ(ask("GET", "/readyz").status, 200u);
}

TEST_F(AdminApiTest, Service_HasTheShapeThatScriptsRead) {
  const auto response = ask("GET", "/v1/services/shop");
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_THAT(response.headers, testing::Contains(testing::Pair("ETag", "\"1\"")));
  EXPECT_EQ(
      response.body,
      R"({"name":"shop","revision":1,"stable":"blue","variants":[)"
      R"({"name":"blue","target_group":"shop-blue","weight":90,"share":0.9,"measured_share":null,"pinned_share":null,"withdrawn":false,)"
      R"("targets":{"healthy":1,"total":1},"not_healthy":[],"serving":"own_targets","requests_per_second":0,"error_rate":0,"p50_ms":0,"p99_ms":0},)"
      R"({"name":"green","target_group":"shop-green","weight":10,"share":0.1,"measured_share":null,"pinned_share":null,"withdrawn":false,)"
      R"("targets":{"healthy":1,"total":1},"not_healthy":[],"serving":"own_targets","requests_per_second":0,"error_rate":0,"p50_ms":0,"p99_ms":0}],)"
      R"("warming_up":false,"rollout":null})"
      "\n");
}

TEST_F(AdminApiTest, Status_NamesEverything) {
  const auto status = ask_json("/v1/status");
  EXPECT_EQ(status.at("version").as_string(), SLUICE_VERSION);
  EXPECT_EQ(status.at("revision").to_number<int>(), 1);
  EXPECT_TRUE(status.at("ready").as_bool());
  EXPECT_GE(status.at("uptime_seconds").to_number<double>(), 0);
  EXPECT_EQ(json_text(status.at("listeners")),
            R"([{"name":"web","address":"127.0.0.1:8080","protocol":"http"}])");
  EXPECT_EQ(status.at("services"), ask_json("/v1/services").at("services"));
  EXPECT_EQ(status.at("services").at(0), ask_json("/v1/services/shop"));
}

TEST_F(AdminApiTest, NewWeights_AreInEffect) {
  const auto response = ask("PUT", weights_path, R"({"green": 0.5, "blue": 99.5})");
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.body, "{\"revision\":2}\n");
  EXPECT_THAT(response.headers, testing::Contains(testing::Pair("ETag", "\"2\"")));
  const auto service = ask_json("/v1/services/shop");
  EXPECT_EQ(service.at("revision").to_number<int>(), 2);
  EXPECT_EQ(json_text(service.at("variants").at(1).at("weight")), "0.5");
  EXPECT_EQ(json_text(service.at("variants").at(1).at("share")), "0.005");
}

TEST_F(AdminApiTest, WrongWeights_AreRefusedWithACode) {
  EXPECT_EQ(put("{blue"), "400 invalid_json");
  EXPECT_EQ(put(""), "400 invalid_json");
  EXPECT_EQ(put("[1]"), "422 invalid_weights");
  EXPECT_EQ(put(R"({"blue": "much", "green": 1})"), "422 invalid_weights");
  EXPECT_EQ(put(R"({"blue": -1, "green": 1})"), "422 invalid_weights");
  EXPECT_EQ(put(R"({"blue": 0.0000001, "green": 1})"), "422 invalid_weights");
  EXPECT_EQ(put(R"({"blue": 1e400, "green": 1})"), "422 invalid_weights");
  EXPECT_EQ(put(R"({"blue": 0, "green": 0})"), "422 all_weights_zero");
  EXPECT_EQ(put(R"({"blue": 1, "purple": 1})"), "422 no_such_variant");
  EXPECT_EQ(put(R"({"blue": 1})"), "422 variant_missing");
  EXPECT_EQ(put("{}"), "422 variant_missing");
}

TEST_F(AdminApiTest, Condition_IsTheRevisionQuotedOrNotOrAny) {
  EXPECT_EQ(put(R"({"blue": 1, "green": 1})", "\"0\""), "412 stale_revision");
  EXPECT_EQ(put(R"({"blue": 1, "green": 1})", "\"nonsense\""), "412 stale_revision");
  EXPECT_EQ(ask("PUT", weights_path, R"({"blue": 1, "green": 1})", "\"1\"").status, 200u);
  EXPECT_EQ(ask("PUT", weights_path, R"({"blue": 1, "green": 2})", "2").status, 200u);
  EXPECT_EQ(ask("PUT", weights_path, R"({"blue": 1, "green": 3})", "*").status, 200u);
}

TEST_F(AdminApiTest, WhatIsNotThere_IsAProblem) {
  EXPECT_EQ(code_of(ask("GET", "/")), "404 no_such_endpoint");
  EXPECT_EQ(code_of(ask("GET", "/v1/services/")), "404 no_such_endpoint");
  EXPECT_EQ(code_of(ask("GET", "/v1/services/other")), "404 no_such_service");
  EXPECT_EQ(code_of(ask("PUT", "/v1/services/other/weights", "{}")), "404 no_such_service");
}

TEST_F(AdminApiTest, OtherMethod_IsToldWhatIsAllowed) {
  const auto response = ask("POST", "/v1/status");
  EXPECT_EQ(code_of(response), "405 method_not_allowed");
  EXPECT_THAT(response.headers, testing::Contains(testing::Pair("Allow", "GET, HEAD")));
  EXPECT_EQ(ask("GET", weights_path).status, 405u);
  EXPECT_EQ(ask("HEAD", "/v1/status").status, 200u);
}

TEST_F(AdminApiTest, EscapesInAName_AreDecoded) {
  EXPECT_EQ(ask("GET", "/v1/services/sh%6Fp").status, 200u);
}

TEST_F(AdminApiTest, Metrics_AreControlsOwnAndWhatWasRegistered) {
  auto registry = std::make_shared<prometheus::Registry>();
  prometheus::BuildCounter().Name("other_total").Help("Others").Register(*registry).Add({}).Increment(3);
  api_.register_collectable(registry);
  const auto response = ask("GET", "/metrics");
  EXPECT_THAT(response.content_type, HasSubstr("version=0.0.4"));
  EXPECT_THAT(response.body, HasSubstr("sluice_revision 1\n"));
  EXPECT_THAT(response.body, HasSubstr("sluice_split_weight{service=\"shop\",variant=\"green\"} 10\n"));
  EXPECT_THAT(response.body, HasSubstr("sluice_publish_seconds_count 1\n"));
  EXPECT_THAT(response.body, HasSubstr("other_total 3\n"));
  registry.reset();
  EXPECT_THAT(ask("GET", "/metrics").body, Not(HasSubstr("other_total")));
}

TEST(WeightOf, Doubles_AreTheDigitsThatWereTyped) {
  EXPECT_EQ(weight_of(0.1)->text(), "0.1");
  EXPECT_EQ(weight_of(0.1 + 0.2)->text(), "0.3");
  EXPECT_EQ(weight_of(123456789.123456)->text(), "123456789.123456");
  EXPECT_EQ(weight_of(1e9)->text(), "1000000000");
  EXPECT_FALSE(weight_of(1.0000001));
  EXPECT_FALSE(weight_of(1.1e9));
}

TEST(JsonText, Numbers_AreAsPeopleWriteThem) {
  EXPECT_EQ(json_text({90.0, 0.5, 1e-6, 12, nullptr, true, "a\"b", boost::json::object{{"k", 1.0 / 0.0}}}),
            R"([90,0.5,0.000001,12,null,true,"a\"b",{"k":null}])");
}

}  // namespace
}  // namespace sluice
