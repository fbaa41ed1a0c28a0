// Exchanges that Sluice ends by itself: those whose target drains or whose variant was withdrawn, when their
// time is over, and those that wait for a connection when the worker ends. And what a group takes at a time.
#include <gmock/gmock.h>

#include <boost/asio/post.hpp>
#include <future>
#include <thread>

#include "proxy/worker.h"
#include "tests/session/blocking_peer.h"
#include "tests/session/revision.h"

namespace sluice::session {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr const char* post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";
constexpr const char* ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// One worker with a thread of its own, one origin.
class Ending : public testing::Test {
 protected:
  void begin() {
    worker = std::make_unique<Worker>(0, outcomes.add_shard(), nullptr);
    worker->start();
    publish();
  }
  void publish() {
    settings.target_port = origin.port();
    settings.sockets = sockets;
    published = make_revision(slots, settings);
    sockets = published->listeners[0].sockets;
    worker->publish(published);
    std::promise<void> adopted;
    asio::post(worker->io(), [&] { adopted.set_value(); });
    adopted.get_future().wait();
  }
  void TearDown() override {
    if (!worker) return;
    worker->enter(Phase::draining);
    worker->cut_off();
    worker->join();
  }

  [[nodiscard]] BlockingPeer client() const { return BlockingPeer::connect(sockets->port()); }
  [[nodiscard]] const Target& target() const {
    return published->snapshot->services[0]->variants[0].group->targets[0];
  }
  void drain(const Target& target, Clock::duration time) const {
    target.state->drain_by = Clock::now() + time;
    published->snapshot->services[0]->variants[0].group->state->changed();
  }

  // A second variant, which is stable; the first is withdrawn.
  void withdraw(std::chrono::milliseconds delay) {
    settings.service = [this, delay](Service& service) {
      auto stable = service.variants[0];
      stable.name = "stable";
      stable.slot = slots.intern("variant/stable");
      auto group = std::make_shared<TargetGroup>(*service.variants[0].group);
      group->deregistration_delay = delay;
      service.variants[0].group = group;
      service.variants[0].withdrawn = true;
      service.variants.push_back(stable);
      service.stable = 1;
    };
    publish();
  }

  SlotTable slots;
  Outcomes outcomes;
  BlockingOrigin origin;
  RevisionSettings settings;
  std::shared_ptr<ListenSockets> sockets;
  std::shared_ptr<const Published> published;
  std::unique_ptr<Worker> worker;
};

TEST_F(Ending, TargetWhoseTimeIsOver_LosesAResponseInTheMiddle) {
  begin();
  auto user = client();
  user.say(get);
  auto serving = origin.accept();
  std::ignore = serving.hear("\r\n\r\n");
  serving.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n");
  EXPECT_THAT(user.hear("ab\r\n"), StartsWith("HTTP/1.1 200 "));
  drain(target(), 0s);
  EXPECT_TRUE(serving.is_left());
  EXPECT_EQ(user.hear_to_the_end(), "");  // and so no last chunk
}

TEST_F(Ending, TargetWhoseTimeIsOver_IsABrokenAttemptToAClientThatHasNoAnswerYet) {
  begin();
  auto user = client();
  user.say(post);
  auto serving = origin.accept();
  std::ignore = serving.hear("hi");
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
  auto user = client();
  user.say(get);
  auto serving = origin.accept();
  std::ignore = serving.hear("\r\n\r\n");
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
  auto user = client();
  user.say(get);
  auto serving = origin.accept();
  std::ignore = serving.hear("\r\n\r\n");
  drain(target(), 1h);
  const auto tick = worker->last_tick();
  while (worker->last_tick() < tick + 200ms) std::this_thread::yield();  // it has looked more than once
  serving.say(ok);
  EXPECT_THAT(user.hear("ok"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(Ending, VariantThatWasWithdrawn_LosesWhatTakesLongerThanItsGroupAllows) {
  begin();
  auto user = client();
  user.say(post);
  auto serving = origin.accept();
  std::ignore = serving.hear("hi");
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
  auto user = client();
  user.say(get);
  auto serving = origin.accept();
  std::ignore = serving.hear("\r\n\r\n");
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
  auto first = client();
  first.say(get);
  auto serving = origin.accept();
  std::ignore = serving.hear("\r\n\r\n");
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

TEST_F(Ending, GroupWithAnAdaptiveLimit_TakesNoMoreAndLearnsFromWhatItAnswers) {
  auto adaptive = std::make_shared<AdaptiveState>();
  adaptive->limit = 1;
  settings.group = [&](TargetGroup& group) { group.adaptive = adaptive; };
  begin();
  auto first = client();
  first.say(get);
  auto serving = origin.accept();
  std::ignore = serving.hear("\r\n\r\n");
  auto second = client();
  second.say(get);
  const auto refusal = second.hear("}");
  EXPECT_THAT(refusal, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(refusal, HasSubstr("Retry-After: "));
  EXPECT_EQ(adaptive->samples, 0U);
  serving.say(ok);
  std::ignore = first.hear("ok");
  first.say(get);
  std::ignore = serving.hear("\r\n\r\n");
  EXPECT_EQ(adaptive->samples, 1U);
  EXPECT_EQ(adaptive->most_in_flight, 1U);
  serving.say(ok);
  EXPECT_THAT(first.hear("ok"), StartsWith("HTTP/1.1 200 "));
}

}  // namespace
}  // namespace sluice::session
