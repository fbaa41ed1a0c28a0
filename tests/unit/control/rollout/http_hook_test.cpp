// Hooks over HTTP, against a server that does what it is told.
#include <filesystem>

#include "control/rollout/call_signature.h"
#include "tests/unit/control/rollout/hook_fixture.h"
#include "tests/unit/control/rollout/hook_server.h"

namespace sluice {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using Kind = HookAnswer::Kind;
using HttpHook = HookTest;

const auto ok = PeerScript::answering(200, "");
const PeerScript hanging{.pieces = {}, .end = PeerScript::End::hang};

TEST_F(HttpHook, Call_IsAPostWithKeyAndBody) {
  HookServer server({ok});
  EXPECT_EQ(answer_to(http(server.url())).kind, Kind::proceed);
  const auto request = server.requests().at(0);
  EXPECT_THAT(request.head, testing::StartsWith("POST /hook?a=b HTTP/1.1\r\n"));
  EXPECT_EQ(request.header("Content-Type"), "application/json");
  EXPECT_EQ(request.header("Idempotency-Key"), "rollout-7.before_step.2");
  EXPECT_EQ(request.header("User-Agent"), "sluice/" SLUICE_VERSION);
  EXPECT_EQ(request.header("X-Sluice-Signature"), "");
  EXPECT_EQ(request.body, R"({"step":2})");
}

TEST_F(HttpHook, Secret_SignsTimeAndBody) {
  folder_.write("hook.key", "0123456789abcdef0123456789abcdef\nan older one of enough letters\n");
  HookServer server({ok});
  auto call = http(server.url());
  std::get<config::HttpCall>(call.hook.call).secret_file = "hook.key";
  EXPECT_EQ(answer_to(call).kind, Kind::proceed);
  const auto signature = server.requests().at(0).header("X-Sluice-Signature");
  ASSERT_THAT(signature, MatchesRegex("t=[0-9]+,v1=[0-9a-f]+"));
  const auto time = std::stoll(signature.substr(2));
  EXPECT_LT(std::abs(time - std::time(nullptr)), 60);
  EXPECT_EQ(signature, call_signature("0123456789abcdef0123456789abcdef", time, call.body));
}

TEST_F(HttpHook, SecretThatIsGone_FailsAndSaysSo) {
  HookServer server({ok});
  auto call = http(server.url());
  std::get<config::HttpCall>(call.hook.call).secret_file = "gone.key";
  const auto answer = answer_to(call);
  EXPECT_EQ(answer.kind, Kind::fail);
  EXPECT_EQ(answer.reason, "secret_file gone.key: No such file or directory");
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(HttpHook, Wait_IsHandedOn) {
  HookServer server({PeerScript::answering(200, R"({"status":"wait","retry_after":"30s"})")});
  const auto answer = answer_to(http(server.url()));
  EXPECT_EQ(answer.kind, Kind::wait);
  EXPECT_EQ(answer.retry_after, 30s);
}

TEST_F(HttpHook, FailedTries_AreRepeatedWithTheSameKey) {
  HookServer server({PeerScript::answering(503), PeerScript{.pieces = {}, .end = PeerScript::End::reset},
                     PeerScript::answering(429), ok});
  EXPECT_EQ(answer_to(http(server.url(), 5s, 3)).kind, Kind::proceed);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 4u);
  for (const auto& request : requests) {
    EXPECT_EQ(request.header("Idempotency-Key"), "rollout-7.before_step.2");
    EXPECT_EQ(request.body, R"({"step":2})");
  }
}

TEST_F(HttpHook, TriesThatAllFail_FailWithTheLastReason) {
  HookServer server({PeerScript::answering(500), PeerScript::answering(503, "later")});
  const auto answer = answer_to(http(server.url(), 5s, 2));
  EXPECT_EQ(answer.kind, Kind::fail);
  EXPECT_EQ(answer.reason, "answers with status 503: later (3 tries)");
  EXPECT_EQ(server.requests().size(), 3u);
}

TEST_F(HttpHook, Refusal_IsNotRepeated) {
  HookServer server({PeerScript::answering(403, "no"), ok});
  EXPECT_EQ(answer_to(http(server.url(), 5s, 3)).reason, "answers with status 403: no");
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(HttpHook, NobodyThere_IsAFailedTry) {
  std::string url;
  { url = HookServer({ok}).url(); }
  const auto answer = answer_to(http(url, 5s, 1));
  EXPECT_EQ(answer.kind, Kind::fail);
  EXPECT_THAT(answer.reason, HasSubstr("(2 tries)"));
}

TEST_F(HttpHook, HangingPeer_TimesOutInEachTry) {
  HookServer server({hanging, hanging});
  const auto answer = answer_to(http(server.url(), 100ms, 1));
  EXPECT_EQ(answer.reason, "timed out after 100ms (2 tries)");
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST_F(HttpHook, AnswerThatTrickles_TimesOut) {
  HookServer server({PeerScript{.pieces = {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"},
                                .end = PeerScript::End::hang}});
  EXPECT_EQ(answer_to(http(server.url(), 100ms)).reason, "timed out after 100ms");
}

TEST_F(HttpHook, AnswerOfMoreThan64KiB_Fails) {
  HookServer server({PeerScript::answering(200, std::string(65537, 'x')), ok});
  EXPECT_EQ(answer_to(http(server.url(), 5s, 3)).reason, "the answer is larger than 64 KiB");
  HookServer largest({PeerScript::answering(200, std::string(65536, 'x'))});
  EXPECT_EQ(answer_to(http(largest.url())).kind, Kind::proceed);
  HookServer endless({PeerScript{.pieces = {"HTTP/1.1 200 OK\r\n", std::string(70'000, 'a') + ": b\r\n\r\n"},
                                 .end = PeerScript::End::hang}});
  EXPECT_EQ(answer_to(http(endless.url())).kind, Kind::fail);
}

TEST_F(HttpHook, Redirect_IsNotFollowed) {
  HookServer other({ok});
  HookServer server({PeerScript{.pieces = {"HTTP/1.1 302 Found\r\nLocation: " + other.url() +
                                           "\r\nContent-Length: 0\r\n\r\n"}}});
  EXPECT_EQ(answer_to(http(server.url(), 5s, 3)).reason,
            "answers with status 302, to " + other.url() + "; redirects are not followed");
  EXPECT_TRUE(other.requests().empty());
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(HttpHook, PeerWithoutTls_IsNotSpokenToInPlain) {
  HookServer server({ok});
  auto url = server.url();
  url.replace(0, 4, "https");
  EXPECT_EQ(answer_to(http(url, 300ms)).kind, Kind::fail);
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(HttpHook, ProxiesOfTheEnvironment_AreNotUsed) {
  HookServer server({ok});
  HookServer proxy({PeerScript::answering(500)});
  ::setenv("http_proxy", proxy.url().c_str(), 1);
  const auto answer = answer_to(http(server.url()));
  ::unsetenv("http_proxy");
  EXPECT_EQ(answer.kind, Kind::proceed);
  EXPECT_TRUE(proxy.requests().empty());
}

TEST_F(HttpHook, Cancel_HangsUpAndTellsNobody) {
  HookServer server({hanging});
  bool told = false;
  const auto ticket = runner_->start(http(server.url(), 1h), [&](const HookAnswer&) { told = true; });
  ASSERT_TRUE(until([&] { return server.requests().size() == 1; }));
  runner_->cancel(ticket);
  EXPECT_TRUE(until([&] { return server.left() == 1; }));
  EXPECT_FALSE(told);
}

// Answers of both may stand in the queue by the time that the first is told.
TEST_F(HttpHook, CancelOfAnAnsweredCall_StillTellsNobody) {
  HookServer server({ok});
  for (int i = 0; i < 20; ++i) {
    int told = 0;
    HookTicket tickets[2];
    for (const int mine : {0, 1})
      tickets[mine] = runner_->start(http(server.url()), [this, &told, &tickets, mine](const HookAnswer&) {
        ++told;
        runner_->cancel(tickets[1 - mine]);
      });
    const auto asked = static_cast<std::size_t>(2 * i + 2);
    while (server.requests().size() < asked) std::this_thread::yield();
    ASSERT_TRUE(until([&] { return told > 0; }));
    control_.poll();
    ASSERT_EQ(told, 1);
  }
}

TEST_F(HttpHook, CancelBetweenTries_EndsTheWait) {
  HookServer server({PeerScript::answering(503)});
  HookRunner slow(control_, {.config_file = "", .first_back_off = 1h});
  bool told = false;
  const auto ticket = slow.start(http(server.url(), 5s, 3), [&](const HookAnswer&) { told = true; });
  ASSERT_TRUE(until([&] { return server.requests().size() == 1; }));
  slow.cancel(ticket);
  slow.cancel(ticket);
  slow.cancel({});
  control_.poll();
  EXPECT_FALSE(told);
}

TEST_F(HttpHook, EndOfTheRunner_HangsUpAtOnceAndTellsNobody) {
  HookServer server({hanging});
  bool told = false;
  for (int i = 0; i < 20; ++i)
    (void)runner_->start(http(server.url(), 1h), [&](const HookAnswer&) { told = true; });
  ASSERT_TRUE(until([&] { return server.requests().size() == 20; }));  // all at once
  const auto begin = Clock::now();
  runner_.reset();
  EXPECT_LT(Clock::now() - begin, 1s);
  control_.poll();
  EXPECT_FALSE(told);
}

TEST_F(HttpHook, AnswerMayStartAnotherCall) {
  HookServer server({ok});
  int answers = 0;
  std::function<void(HookAnswer)> again = [&](const HookAnswer&) {
    if (++answers < 3) (void)runner_->start(http(server.url()), again);
  };
  (void)runner_->start(http(server.url()), again);
  EXPECT_TRUE(until([&] { return answers == 3; }));
}

}  // namespace
}  // namespace sluice
