// What answers of hooks mean, without a hook.
#include "control/rollout/hook_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/rollout/back_off.h"
#include "control/rollout/call_signature.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using Kind = HookAnswer::Kind;
using Verdict = TryResult::Verdict;

struct Case {
  const char* name;
  int status;
  const char* body;
  Kind kind;
  const char* reason = "";
  std::optional<std::chrono::milliseconds> retry_after = {};
  Verdict verdict = Verdict::final;

  friend void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }
};

class HttpAnswer : public testing::TestWithParam<Case> {};

TEST_P(HttpAnswer, MeansWhatTheDocumentSays) {
  const auto& expected = GetParam();
  const auto result =
      judge_http({.status = expected.status, .body = expected.body}, ReadsBody::as_answer);
  EXPECT_EQ(result.answer.kind, expected.kind);
  EXPECT_EQ(result.answer.reason, expected.reason);
  EXPECT_EQ(result.answer.retry_after, expected.retry_after);
  EXPECT_EQ(result.verdict, expected.verdict);
}

const Case cases[] = {
    {"Empty", 200, "", Kind::proceed},
    {"NoContent", 204, "", Kind::proceed},
    {"NoJson", 200, "fine, go on", Kind::proceed},
    {"JsonWithoutStatus", 200, R"({"ok":true})", Kind::proceed},
    {"JsonThatIsNoObject", 200, R"(["fail"])", Kind::proceed},
    {"Continue", 200, R"({"status":"continue"})", Kind::proceed},
    {"Fail", 200, R"({"status":"fail","reason":"smoke test 4"})", Kind::fail, "smoke test 4"},
    {"FailWithoutReason", 200, R"({"status":"fail"})", Kind::fail, "the hook says so"},
    {"Wait", 200, R"({"status":"wait","reason":"3 of 9"})", Kind::wait, "3 of 9"},
    {"WaitWithDuration", 200, R"({"status":"wait","retry_after":"2m"})", Kind::wait, "", 120s},
    {"WaitWithSeconds", 200, R"({"status":"wait","retry_after":1.5})", Kind::wait, "", 1500ms},
    {"WaitWithSecondsAsText", 200, R"({"status":"wait","retry_after":"45"})", Kind::wait, "", 45s},
    {"WaitTooShort", 200, R"({"status":"wait","retry_after":-3})", Kind::wait, "", 1s},
    {"WaitTooLong", 200, R"({"status":"wait","retry_after":1e300})", Kind::wait, "", 24h},
    {"WaitUnreadable", 200, R"({"status":"wait","retry_after":"soon"})", Kind::wait},
    {"UnknownStatus", 200, R"({"status":"ok"})", Kind::fail,
     "answers with status `ok`; it must be continue, fail or wait"},
    {"StatusNoText", 200, R"({"status":7})", Kind::fail,
     "answers with status ``; it must be continue, fail or wait"},
    {"EcsSucceeded", 200, R"({"hookStatus":"SUCCEEDED"})", Kind::proceed},
    {"EcsFailed", 200, R"({"hookStatus":"FAILED"})", Kind::fail, "the hook says so"},
    {"EcsInProgress", 200, R"({"hookStatus":"IN_PROGRESS","callBackDelay":30})", Kind::wait, "", 30s},
    {"EcsUnknown", 200, R"({"hookStatus":"done"})", Kind::fail,
     "answers with hookStatus `done`; it must be SUCCEEDED, FAILED or IN_PROGRESS"},
    {"Accepted", 202, "", Kind::wait},
    {"AcceptedWithTime", 202, R"({"status":"wait","retry_after":"10s"})", Kind::wait, "", 10s},
    {"Redirect", 301, "moved", Kind::fail, "answers with status 301; redirects are not followed"},
    {"NotFound", 404, "no such\nhook", Kind::fail, "answers with status 404: no such hook"},
    {"TooMany", 429, "", Kind::fail, "answers with status 429", {}, Verdict::try_again},
    {"Broken", 500, "oops", Kind::fail, "answers with status 500: oops", {}, Verdict::try_again},
};
INSTANTIATE_TEST_SUITE_P(, HttpAnswer, testing::ValuesIn(cases),
                         [](const auto& one) { return one.param.name; });

TEST(HttpAnswers, OfANotification_OnlyTheStatusCounts) {
  const HttpResult ok{.status = 200, .body = R"({"status":"ok"})"};
  EXPECT_EQ(judge_http(ok, ReadsBody::no).answer.kind, Kind::proceed);
  EXPECT_EQ(judge_http({.status = 403}, ReadsBody::no).answer.kind, Kind::fail);
}

TEST(HttpAnswers, RetryAfterOfTheHeader_CountsForWaitsAndTries) {
  EXPECT_EQ(judge_http({.status = 202, .retry_after = 7s}, ReadsBody::as_answer).answer.retry_after, 7s);
  EXPECT_EQ(judge_http({.status = 503, .retry_after = 7s}, ReadsBody::as_answer).not_before, 7s);
}

TEST(HttpAnswers, ReasonOfAStatus_HasTheFirst200Characters) {
  const auto answer = judge_http({.status = 400, .body = std::string(500, 'x')}, ReadsBody::as_answer).answer;
  EXPECT_EQ(answer.reason, "answers with status 400: " + std::string(200, 'x'));
}

TEST(ProgramAnswers, FollowTheExitCode) {
  EXPECT_EQ(judge_program({.exit_code = 0, .output = "done\n"}).answer.kind, Kind::proceed);
  const auto wait = judge_program({.exit_code = 75, .output = "a\nnot yet\n"});
  EXPECT_EQ(wait.answer.kind, Kind::wait);
  EXPECT_EQ(wait.answer.reason, "not yet");
  const auto fails = judge_program({.exit_code = 3, .output = "a\nno disk\n\n"});
  EXPECT_EQ(fails.answer.reason, "exits with 3: no disk");
  EXPECT_EQ(fails.verdict, Verdict::try_again);
  EXPECT_EQ(judge_program({.signal = 11}).answer.reason, "ended by signal 11");
}

TEST(BackOff, DoublesUpToAMinute_HalfOfItByChance) {
  EXPECT_EQ(back_off(1, 1s, 1, {}), 1s);
  EXPECT_EQ(back_off(1, 1s, 0, {}), 500ms);
  EXPECT_EQ(back_off(3, 1s, 1, {}), 4s);
  EXPECT_EQ(back_off(100, 1s, 1, {}), 60s);
  EXPECT_EQ(back_off(1, 1s, 1, 30s), 30s);
  EXPECT_EQ(back_off(1, 1s, 1, 24h), 1h);
}

// By `printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac 0123456789abcdef`.
TEST(CallSignature, IsTheOneOfOpenssl) {
  EXPECT_EQ(call_signature("0123456789abcdef", 1700000000, R"({"a":1})"),
            "t=1700000000,v1=9eb18f493f8ec135d9eb2dad817c369b"
            "b4e9cbfa818657897a7437c1cd8c3a23");
}

}  // namespace
}  // namespace sluice
