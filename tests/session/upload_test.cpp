// Bodies that come while the exchange goes on: what of them another try may send, whose silence is whose
// fault.
#include "tests/session/running_worker.h"

namespace sluice::session {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

using Uploading = RunningWorker;

TEST_F(Uploading, BodyThatIsNotAllAtHand_IsNoReasonToThrowAnAnswerAway) {
  settings.service = [](Service& service) {
    service.retry.attempts = 3;
    service.retry.on = {503};
    service.retry.buffer = 1024;
  };
  begin();
  auto user = client();
  const std::string body(100'000, 'x');
  user.say("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\n\r\n" + body);
  auto serving = origin.accept();
  std::ignore = serving.hear(body);
  serving.say("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
  EXPECT_THAT(user.hear("\r\n\r\n"), StartsWith("HTTP/1.1 503 "));
}

TEST_F(Uploading, ChunkThatBroughtNothing_LeavesTheFirstPartAsItWasForAnotherTry) {
  settings.service = [](Service& service) {
    service.retry.on = {RetryEvent::reset}, service.retry.attempts = 2;
  };
  begin();
  auto user = client();
  user.say("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello");
  {
    auto broken = origin.accept();
    EXPECT_THAT(broken.hear("hello"), HasSubstr("hello"));
    user.say("\r\n1000\r\n");  // the next chunk's size, and nothing of it
    wait_for(100ms);
  }
  auto serving = origin.accept();
  EXPECT_THAT(serving.hear("hello"), HasSubstr("\r\nhello"));
  user.say(std::string(0x1000, 'x') + "\r\n0\r\n\r\n");
  std::ignore = serving.hear("0\r\n\r\n");
  serving.say(ok);
  EXPECT_THAT(user.hear("ok"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(Uploading, ClientThatPausesInItsBody_IsNotTheTargetsFault) {
  settings.group = [](TargetGroup& group) { group.limits.response_timeout = 100ms; };
  begin();
  auto [user, serving] = ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nhi", "hi");
  wait_for(400ms);
  user.say("ho");
  std::ignore = serving.hear("ho");
  serving.say(ok);
  EXPECT_THAT(user.hear("ok"), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(counted(AttemptOutcome::timeout), 0U);
}

TEST_F(Uploading, TargetThatIsSilentAfterTheBody_IsAtFault) {
  settings.group = [](TargetGroup& group) { group.limits.response_timeout = 100ms; };
  begin();
  auto [user, serving] = ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nhi", "hi");
  user.say("ho");
  EXPECT_THAT(user.hear("}"), StartsWith("HTTP/1.1 504 "));
  EXPECT_EQ(counted(AttemptOutcome::timeout), 1U);
}

class Streaming : public Uploading {
 protected:
  // A request that goes on, and an answer that has begun.
  void begin_stream(std::chrono::milliseconds idle_timeout) {
    settings.listener = [idle_timeout](Listener& listener) {
      listener.limits.request_timeout = 100ms;
      listener.limits.stream_idle_timeout = idle_timeout;
    };
    begin();
    user.emplace(client());
    user->say("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n");
    serving.emplace(origin.accept());
    std::ignore = serving->hear("hi\r\n");
    serving->say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    EXPECT_THAT(user->hear("\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
  }

  std::optional<BlockingPeer> user, serving;
};

TEST_F(Streaming, ClientThatOnlyListens_IsNotCutWhileTheTargetSpeaks) {
  begin_stream(500ms);
  for (int i = 0; i < 5; ++i) {
    wait_for(200ms);
    serving->say("1\r\nx\r\n");
    EXPECT_EQ(user->hear("x\r\n"), "1\r\nx\r\n");
  }
}

TEST_F(Streaming, ClientThatSpeaksNowAndThen_IsNotCutWhileTheTargetOnlyListens) {
  begin_stream(500ms);
  for (int i = 0; i < 4; ++i) {
    wait_for(300ms);
    user->say("1\r\nx\r\n");
    EXPECT_THAT(serving->hear("x\r\n"), HasSubstr("x\r\n"));
  }
}

TEST_F(Streaming, SilenceOnBothSides_EndsIt) {
  begin_stream(300ms);
  EXPECT_TRUE(serving->is_left());
  EXPECT_EQ(user->hear_to_the_end(), "");
}

}  // namespace
}  // namespace sluice::session
