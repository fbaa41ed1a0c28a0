// Exchanges that Sluice ends by itself: those whose target drains or whose variant was withdrawn, when their
// time is over, and those that wait for a connection when the worker ends.
#include "tests/session/running_worker.h"

namespace sluice::session {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

using Ending = RunningWorker;

TEST_F(Ending, TargetWhoseTimeIsOver_LosesAResponseInTheMiddle) {
  begin();
  auto [user, serving] = ask(get);
  serving.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n");
  EXPECT_THAT(user.hear("ab\r\n"), StartsWith("HTTP/1.1 200 "));
  drain(target(), 0s);
  EXPECT_TRUE(serving.is_left());
  EXPECT_EQ(user.hear_to_the_end(), "");  // and so no last chunk
}

TEST_F(Ending, TargetWhoseTimeIsOver_IsABrokenAttemptToAClientThatHasNoAnswerYet) {
  begin();
  auto [user, serving] = ask(post, "hi");
  drain(target(), 0s);
  const auto answer = user.hear("}");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 502 "));
  EXPECT_THAT(answer, HasSubstr(R"("code":"upstream_reset")"));
  EXPECT_THAT(answer, HasSubstr("the time that its target had to finish is over"));
  EXPECT_TRUE(serving.is_left());
}

TEST_F(Ending, TargetWhoseTimeIsOver_IsFollowedByAnotherTryWhereThePolicyHasIt) {
  settings.service = [](Service& service) { service.retry = RetryPolicy{}; };
  settings.group = [this](TargetGroup& group) {
    auto second = group.targets[0];
    second.slot = slots.intern("target/second");
    second.state = std::make_shared<TargetState>();
    group.targets.push_back(second);
  };
  begin();
  auto [user, serving] = ask(get);
  // Whichever of the two it went to.
  for (const auto& each : published->snapshot->services[0]->variants[0].group->targets)
    if (each.state->in_flight != 0) drain(each, 0s);
  auto other = origin.accept();
  EXPECT_THAT(other.hear("\r\n\r\n"), StartsWith("GET / "));
  other.say(ok);
  EXPECT_THAT(user.hear("ok"), StartsWith("HTTP/1.1 200 "));
  EXPECT_TRUE(serving.is_left());
}

TEST_F(Ending, TargetThatStillHasTime_IsLeftAlone) {
  begin();
  auto [user, serving] = ask(get);
  drain(target(), 1h);
  wait_for(200ms);
  serving.say(ok);
  EXPECT_THAT(user.hear("ok"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(Ending, VariantThatWasWithdrawn_LosesWhatTakesLongerThanItsGroupAllows) {
  begin();
  auto [user, serving] = ask(post, "hi");
  withdraw(100ms);
  EXPECT_THAT(user.hear("}"), StartsWith("HTTP/1.1 502 "));
  EXPECT_TRUE(serving.is_left());
}

TEST_F(Ending, VariantThatWasWithdrawn_IsFollowedByTheStableOne) {
  begin();
  withdraw(1h);  // what comes from now on knows both; nothing is in flight
  settings.service = [this, both = settings.service](Service& service) {
    both(service);
    service.retry = RetryPolicy{};
    service.variants[0].withdrawn = false;
  };
  publish();
  auto [user, serving] = ask(get);
  settings.service = [](Service&) {};
  withdraw(100ms);
  auto stable = origin.accept();
  EXPECT_THAT(stable.hear("\r\n\r\n"), HasSubstr("X-Sluice-Variant: stable\r\n"));
  stable.say(ok);
  EXPECT_THAT(user.hear("ok"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(Ending, WorkerThatEnds_LeavesNobodyWaitingForRoom) {
  settings.group = [](TargetGroup& group) { group.limits.connections = 1; };
  begin();
  auto [first, serving] = ask(get);
  auto second = client();
  second.say(get);
  const auto& group = *published->snapshot->services[0]->variants[0].group;
  while (group.state->pending.load() == 0) std::this_thread::yield();
  worker->enter(Phase::draining);
  worker->cut_off();
  worker->join();
  EXPECT_TRUE(first.is_left());
  EXPECT_TRUE(second.is_left());
  EXPECT_EQ(sockets->connections, 0U);
  EXPECT_EQ(group.state->pending, 0U);
  EXPECT_EQ(group.state->requests, 0U);
}

}  // namespace
}  // namespace sluice::session
