// What the API tells of target groups, and what drain and undrain do.
#include <gmock/gmock.h>

#include <regex>

#include "control/api/json_text.h"
#include "tests/unit/control/admin_fixture.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* path_of_blue = "/v1/target-groups/shop-blue";
constexpr const char* path_of_first = "/v1/target-groups/shop-blue/targets/127.0.0.1%3A9001";

// The quickstart with three targets of the first group, a delay, and a group that nobody uses.
const std::string three =
    with(with(quickstart, "targets: [127.0.0.1:9001]",
              "deregistration_delay: 30s, targets: [127.0.0.1:9001, 127.0.0.1:9003,"
              " { address: 127.0.0.1:9004, weight: 2, zone: b }]"),
         "target_groups:", "target_groups:\n  spare: { targets: [127.0.0.1:9009] }");

class AdminTargetsTest : public AdminFixture {
 protected:
  AdminTargetsTest() { EXPECT_TRUE(applied(revisions_, config_of(three))); }

  const TargetGroup& group(std::size_t variant = 0) {
    return *revisions_.current()->services.at(0)->variants.at(variant).group;
  }
  TargetState& state(std::size_t target) { return *group().targets.at(target).state; }
  static SteadyTime now() { return std::chrono::steady_clock::now(); }

  boost::json::value target(std::size_t index) { return ask_json(path_of_blue).at("targets").at(index); }
  std::string word_of_group() { return json_text(ask_json(path_of_blue).at("state")); }
  std::string serving(std::size_t variant) {
    return json_text(ask_json("/v1/services/shop").at("variants").at(variant).at("serving"));
  }
  // Seconds from now to a time of the API's.
  static double seconds_until(const boost::json::value& value) {
    std::tm parts{};
    const auto* rest = ::strptime(std::string(value.as_string()).c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
    EXPECT_TRUE(rest);
    const auto time = std::chrono::system_clock::from_time_t(::timegm(&parts));
    return std::chrono::duration<double>(time - std::chrono::system_clock::now()).count();
  }
};

TEST_F(AdminTargetsTest, Group_HasTheShapeThatScriptsRead) {
  group().state->requests = 3;
  group().state->connections = 8;
  group().state->pending = 1;
  state(2).in_flight = 3;
  const auto body = ask("GET", path_of_blue).body;
  EXPECT_EQ(
      std::regex_replace(body, std::regex(R"("as_of":"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")"), "AS_OF"),
      R"({"name":"shop-blue","state":"healthy","algorithm":"round_robin","protocol":"http1",)"
      R"("deregistration_delay":"30s","requests":3,"connections":8,"pending":1,"targets":[)"
      R"({"address":"127.0.0.1:9001","weight":1,"zone":null,"state":"healthy","reason":"Target.HealthCheckDisabled",)"
      R"("description":"No health check","in_flight":0,"ejected_until":null,"draining_until":null},)"
      R"({"address":"127.0.0.1:9003","weight":1,"zone":null,"state":"healthy","reason":"Target.HealthCheckDisabled",)"
      R"("description":"No health check","in_flight":0,"ejected_until":null,"draining_until":null},)"
      R"({"address":"127.0.0.1:9004","weight":2,"zone":"b","state":"healthy","reason":"Target.HealthCheckDisabled",)"
      R"("description":"No health check","in_flight":3,"ejected_until":null,"draining_until":null}],)"
      R"("used_by":[{"service":"shop","variant":"blue","share":0.9}],AS_OF})"
      "\n");
}

TEST_F(AdminTargetsTest, List_HasEveryGroupInTheOrderOfTheFile) {
  const auto groups = ask_json("/v1/target-groups").at("target_groups");
  std::vector<std::string> names;
  for (const auto& each : groups.as_array()) names.emplace_back(each.at("name").as_string());
  EXPECT_THAT(names, ElementsAre("spare", "shop-blue", "shop-green"));
  EXPECT_EQ(json_text(groups.at(0).at("state")), R"("unused")");
  EXPECT_EQ(json_text(groups.at(0).at("targets").at(0).at("reason")), R"("Target.NotInUse")");
}

TEST_F(AdminTargetsTest, Checks_AreToldWithTheirReason) {
  state(1).verdict = CheckVerdict::unhealthy;
  EXPECT_EQ(json_text(target(1).at("reason")), R"("Target.FailedHealthChecks")");
  AdminApi api({.revisions = revisions_,
                .rollouts = rollouts_,
                .outcomes = outcomes_,
                .events = events_,
                .ready = [] { return true; },
                .check_reports = [] {
                  return CheckReports{
                      {{"shop-blue", "127.0.0.1:9003"}, {"Target.Timeout", "Request timed out"}}};
                }});
  ApiRequest request;
  request.method = "GET";
  request.path = path_of_blue;
  request.host = "127.0.0.1:9900";
  EXPECT_THAT(awaited_result(api.answer(request)).body,
              HasSubstr(R"("reason":"Target.Timeout","description":"Request timed out")"));
}

TEST_F(AdminTargetsTest, EjectedTarget_SaysUntilWhen) {
  state(0).ejected_until = now() + 60s;
  EXPECT_EQ(json_text(target(0).at("state")), R"("unhealthy")");
  EXPECT_NEAR(seconds_until(target(0).at("ejected_until")), 60, 3);
  EXPECT_EQ(word_of_group(), R"("degraded")");
}

TEST_F(AdminTargetsTest, Drain_TakesTheDelayOfTheGroup) {
  const auto answer = ask("POST", std::string(path_of_first) + "/drain");
  ASSERT_EQ(answer.status, 200u) << answer.body;
  const auto told = boost::json::parse(answer.body);
  EXPECT_EQ(json_text(told.at("target_group")), R"("shop-blue")");
  EXPECT_EQ(json_text(told.at("address")), R"("127.0.0.1:9001")");
  EXPECT_EQ(json_text(told.at("state")), R"("draining")");
  EXPECT_EQ(json_text(told.at("reason")), R"("Target.DeregistrationInProgress")");
  EXPECT_NEAR(seconds_until(told.at("draining_until")), 30, 3);
  EXPECT_TRUE(state(0).is_draining());
  EXPECT_FALSE(state(1).is_draining());
  EXPECT_EQ(word_of_group(), R"("healthy")");  // the others are
  EXPECT_EQ(revisions_.current()->revision, 2u);
}

TEST_F(AdminTargetsTest, Drain_TakesAnotherDelayFromQueryOrBody) {
  const auto path = std::string(path_of_first) + "/drain";
  const auto left = [this] { return TargetState::load(state(0).drain_by) - now(); };
  ASSERT_EQ(ask("POST", path, R"({"delay": "2m"})").status, 200u);
  EXPECT_NEAR(std::chrono::duration<double>(left()).count(), 120, 3);
  ApiRequest request;
  request.method = "POST";
  request.path = path;
  request.host = "127.0.0.1:9900";
  request.query = {{"delay", "0s"}};
  ASSERT_EQ(awaited_result(api_.answer(request)).status, 200u);
  EXPECT_LE(left(), 0s);
  EXPECT_TRUE(state(0).is_draining());
  ASSERT_EQ(ask("POST", path, "{}").status, 200u);
  EXPECT_NEAR(std::chrono::duration<double>(left()).count(), 30, 3);
}

TEST_F(AdminTargetsTest, WrongDelay_IsRefusedAndNothingDrains) {
  const auto path = std::string(path_of_first) + "/drain";
  EXPECT_EQ(code_of(ask("POST", path, "{delay")), "400 invalid_json");
  for (const char* body : {"[]", R"({"delay": 10})", R"({"dealy": "10s"})", R"({"delay": "10"})",
                           R"({"delay": "61m"})", R"({"delay": "-1s"})"})
    EXPECT_EQ(code_of(ask("POST", path, body)), "422 invalid_delay") << body;
  EXPECT_FALSE(state(0).is_draining());
}

TEST_F(AdminTargetsTest, Undrain_IsTheWayBackAndMayBeAskedTwice) {
  ask("POST", std::string(path_of_first) + "/drain");
  for (int i = 0; i < 2; ++i) {
    const auto answer = ask("POST", std::string(path_of_first) + "/undrain");
    EXPECT_EQ(answer.status, 200u);
    EXPECT_EQ(json_text(boost::json::parse(answer.body).at("state")), R"("healthy")");
  }
  EXPECT_FALSE(state(0).is_draining());
}

TEST_F(AdminTargetsTest, UnknownNames_AreToldWithWhatIsNear) {
  for (const std::string verb : {"/drain", "/undrain"}) {
    const auto group = ask("POST", "/v1/target-groups/shop-bleu/targets/127.0.0.1%3A9001" + verb);
    EXPECT_EQ(code_of(group), "404 no_such_target_group");
    EXPECT_THAT(group.body, HasSubstr("did you mean `shop-blue`?"));
    const auto target = ask("POST", "/v1/target-groups/shop-blue/targets/127.0.0.1%3A9002" + verb);
    EXPECT_EQ(code_of(target), "404 no_such_target");
    EXPECT_THAT(target.body, HasSubstr("did you mean `127.0.0.1:9001`?"));
    const auto far = ask("POST", "/v1/target-groups/shop-blue/targets/blue" + verb);
    EXPECT_THAT(far.body, HasSubstr("no target `blue`; it has `127.0.0.1:9001`, `127.0.0.1:9003`"));
  }
  EXPECT_EQ(code_of(ask("GET", "/v1/target-groups/other")), "404 no_such_target_group");
  EXPECT_EQ(code_of(ask("GET", std::string(path_of_first) + "/drain")), "405 method_not_allowed");
}

TEST_F(AdminTargetsTest, TargetOfAGroupThatNobodyUses_CanBeDrained) {
  const auto answer = ask("POST", "/v1/target-groups/spare/targets/127.0.0.1:9009/drain");
  EXPECT_EQ(answer.status, 200u);
  EXPECT_THAT(answer.body, HasSubstr(R"("state":"draining")"));
}

TEST_F(AdminTargetsTest, Departed_AreListedWhileSomethingIsInFlight) {
  auto& gone = state(0);
  const auto keeps = group().targets.at(0).state;
  gone.in_flight = 2;
  ASSERT_TRUE(applied(revisions_, config_of(with(three, "127.0.0.1:9001, ", ""))));
  ASSERT_EQ(ask_json(path_of_blue).at("targets").as_array().size(), 3u);
  EXPECT_EQ(json_text(target(2).at("address")), R"("127.0.0.1:9001")");
  EXPECT_EQ(json_text(target(2).at("state")), R"("draining")");
  EXPECT_EQ(json_text(target(2).at("in_flight")), "2");
  EXPECT_EQ(json_text(ask_json("/v1/services/shop").at("variants").at(0).at("targets")),
            R"({"healthy":2,"total":2})");
  EXPECT_EQ(code_of(ask("POST", std::string(path_of_first) + "/undrain")), "404 no_such_target");
  gone.in_flight = 0;
  EXPECT_EQ(ask_json(path_of_blue).at("targets").as_array().size(), 2u);
}

TEST_F(AdminTargetsTest, Service_CountsHealthyTargetsAndNamesTheOthers) {
  state(1).verdict = CheckVerdict::unhealthy;
  const auto variant = ask_json("/v1/services/shop").at("variants").at(0);
  EXPECT_EQ(json_text(variant.at("targets")), R"({"healthy":2,"total":3})");
  ASSERT_EQ(variant.at("not_healthy").as_array().size(), 1u);
  EXPECT_EQ(json_text(variant.at("not_healthy").at(0).at("address")), R"("127.0.0.1:9003")");
}

TEST_F(AdminTargetsTest, VariantWithoutAFitTarget_IsServedByStable) {
  EXPECT_EQ(serving(1), R"("own_targets")");
  group(1).targets.at(0).state->verdict = CheckVerdict::unhealthy;
  group(1).state->changed();
  EXPECT_EQ(serving(1), R"("stable")");
  EXPECT_EQ(serving(0), R"("own_targets")");
  ASSERT_TRUE(applied(revisions_, config_of(with(three, "    sticky:", "    fallback: none\n    sticky:"))));
  EXPECT_EQ(serving(1), R"("none")");
}

TEST_F(AdminTargetsTest, StableWithoutAFitTarget_UsesAllThatDoNotDrain) {
  for (const auto& target : group().targets) target.state->verdict = CheckVerdict::unhealthy;
  EXPECT_EQ(serving(0), R"("all_targets")");
  EXPECT_EQ(word_of_group(), R"("unhealthy")");
  for (const auto& target : group().targets) target.state->drain_by = now();
  EXPECT_EQ(serving(0), R"("none")");
  EXPECT_EQ(word_of_group(), R"("draining")");
}

TEST_F(AdminTargetsTest, Metrics_AreOfTargetsThatAreThere) {
  state(0).in_flight = 4;
  state(1).ejected_until = now() + 1min;
  group().state->requests = 5;
  ask("POST", std::string(path_of_first) + "/drain");
  const auto label = [](const std::string& address) {
    return R"({target_group="shop-blue",target="127.0.0.1:)" + address + "\"} ";
  };
  const auto text = ask("GET", "/metrics").body;
  EXPECT_THAT(text, HasSubstr("sluice_target_requests_in_flight" + label("9001") + "4\n"));
  EXPECT_THAT(text, HasSubstr("sluice_target_draining" + label("9001") + "1\n"));
  EXPECT_THAT(text, HasSubstr("sluice_target_draining" + label("9003") + "0\n"));
  EXPECT_THAT(text, HasSubstr("sluice_target_ejected" + label("9003") + "1\n"));
  EXPECT_THAT(text, HasSubstr("sluice_target_group_requests{target_group=\"shop-blue\"} 5\n"));
  state(0).in_flight = 0;
  ASSERT_TRUE(applied(revisions_, config_of(with(three, "127.0.0.1:9001, ", ""))));
  EXPECT_THAT(ask("GET", "/metrics").body, Not(HasSubstr(label("9001"))));
}

}  // namespace
}  // namespace sluice
