#include "health/judge_answer.h"

#include <gtest/gtest.h>

#include <string>

namespace sluice {
namespace {

using namespace std::string_view_literals;
using Kind = CheckResult::Kind;

std::string told(const CheckResult& result) {
  return result.passed() ? "passed" : std::string(to_string(result.kind)) + ": " + result.description;
}

TEST(JudgeHttp, Status_MustMatch) {
  HealthCheck check;
  check.matcher = {{200, 299}};
  EXPECT_EQ(told(judge_http(check, 204, "")), "passed");
  EXPECT_EQ(told(judge_http(check, 503, "")), "mismatch: Health checks failed with these codes: [503]");
}

TEST(JudgeHttp, Body_MustBeFoundToo) {
  HealthCheck check;
  check.body = Regex::compile("^rea.y$", LetterCase::sensitive).value();
  EXPECT_EQ(told(judge_http(check, 200, "ready")), "passed");
  EXPECT_EQ(told(judge_http(check, 200, "not ready")),
            "failed: Health checks failed: the body is not as expected");
  EXPECT_EQ(told(judge_http(check, 500, "ready")), "mismatch: Health checks failed with these codes: [500]");
}

struct JudgeGrpc : testing::Test {
  HealthCheck check{.protocol = HealthProtocol::grpc, .path = "/AWS.ALB/healthcheck", .matcher = {{12, 12}}};
};

TEST_F(JudgeGrpc, Code_MustMatch) {
  EXPECT_EQ(told(judge_grpc(check, {200, 12, ""})), "passed");
  EXPECT_EQ(told(judge_grpc(check, {200, 14, ""})), "mismatch: Health checks failed with these codes: [14]");
}

TEST_F(JudgeGrpc, AnswerThatIsNoGrpc_Fails) {
  EXPECT_EQ(told(judge_grpc(check, {503, {}, ""})),
            "mismatch: Health checks failed with these codes: [HTTP 503]");
  EXPECT_EQ(told(judge_grpc(check, {200, {}, "hello"})),
            "failed: Health checks failed: no grpc-status in the answer");
}

TEST_F(JudgeGrpc, HealthService_MustSayServing) {
  check.path = grpc_health_path;
  check.matcher = {{0, 0}};
  EXPECT_EQ(told(judge_grpc(check, {200, 0, "\0\0\0\0\x02\x08\x01"sv})), "passed");
  for (const auto message : {"\0\0\0\0\x02\x08\x02"sv, "\0\0\0\0\0"sv, ""sv})
    EXPECT_EQ(told(judge_grpc(check, {200, 0, message})),
              "failed: Health checks failed: the service is not SERVING");
}

TEST(CheckReasons, AreThoseOfAlb) {
  EXPECT_EQ(reason_of(Kind::passed), "");
  EXPECT_EQ(reason_of(Kind::mismatch), "Target.ResponseCodeMismatch");
  EXPECT_EQ(reason_of(Kind::timeout), "Target.Timeout");
  EXPECT_EQ(reason_of(Kind::failed), "Target.FailedHealthChecks");
}

}  // namespace
}  // namespace sluice
