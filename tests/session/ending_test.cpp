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
  void begin(Connector connector = connect_upstream) {
    worker = std::make_unique<Worker>(0, outcomes.add_shard(), nullptr, std::move(connector));
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

  // Long enough for the worker to see that a time is over.
  void wait_for(Clock::duration time) const {
    const auto begin = worker->last_tick();
    while (worker->last_tick() < begin + time) std::this_thread::yield();
  }
  // Of the first variant's attempts, how many came to this.
  [[nodiscard]] std::uint64_t counted(AttemptOutcome outcome) const {
    const auto totals = outcomes.attempts();
    const auto found = totals.variants.find("variant/only");
    return found == totals.variants.end() ? 0 : found->second.attempts[static_cast<std::size_t>(outcome)];
  }

  // A second variant, which is stable.
  void add_stable(Service& service) {
    auto stable = service.variants[0];
    stable.name = "stable";
    stable.slot = slots.intern("variant/stable");
    service.variants.push_back(stable);
    service.stable = 1;
  }
  void withdraw(std::chrono::milliseconds delay) {
    settings.service = [this, delay](Service& service) {
      add_stable(service);
      auto group = std::make_shared<TargetGroup>(*service.variants[0].group);
      group->deregistration_delay = delay;
      service.variants[0].group = group;
      service.variants[0].withdrawn = true;
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
  wait_for(200ms);
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

TEST_F(Ending, BodyThatIsNotAllAtHand_IsNoReasonToThrowAnAnswerAway) {
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

TEST_F(Ending, ChunkThatBroughtNothing_LeavesTheFirstPartAsItWasForAnotherTry) {
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

TEST_F(Ending, ClientThatPausesInItsBody_IsNotTheTargetsFault) {
  settings.group = [](TargetGroup& group) { group.limits.response_timeout = 100ms; };
  begin();
  auto user = client();
  user.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nhi");
  auto serving = origin.accept();
  std::ignore = serving.hear("hi");
  wait_for(400ms);
  user.say("ho");
  std::ignore = serving.hear("ho");
  serving.say(ok);
  EXPECT_THAT(user.hear("ok"), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(counted(AttemptOutcome::timeout), 0U);
}

TEST_F(Ending, TargetThatIsSilentAfterTheBody_IsAtFault) {
  settings.group = [](TargetGroup& group) { group.limits.response_timeout = 100ms; };
  begin();
  auto user = client();
  user.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nhi");
  auto serving = origin.accept();
  std::ignore = serving.hear("hi");
  user.say("ho");
  EXPECT_THAT(user.hear("}"), StartsWith("HTTP/1.1 504 "));
  EXPECT_EQ(counted(AttemptOutcome::timeout), 1U);
}

class Streaming : public Ending {
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

TEST_F(Streaming, SilenceOnBothSides_EndsIt) {
  begin_stream(300ms);
  EXPECT_TRUE(serving->is_left());
  EXPECT_EQ(user->hear_to_the_end(), "");
}

TEST_F(Ending, VariantThatIsFull_IsChargedAndServedByStable) {
  settings.service = [this](Service& service) {
    add_stable(service);
    auto full = std::make_shared<TargetGroup>(*service.variants[0].group);
    full->name = "full";
    full->slot = slots.intern("group/full");
    full->state = std::make_shared<GroupState>();
    full->capacity.requests = 0;
    service.variants[0].group = full;
    service.retry.to = RetryTo::stable;
  };
  begin();
  auto user = client();
  user.say(get);
  auto serving = origin.accept();
  EXPECT_THAT(serving.hear("\r\n\r\n"), HasSubstr("X-Sluice-Variant: stable\r\n"));
  serving.say(ok);
  EXPECT_THAT(user.hear("ok"), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(counted(AttemptOutcome::no_target), 1U);
}

TEST_F(Ending, IdleConnection_GoesWhenOthersOfTheProcessWaitForRoom) {
  begin();
  auto user = client();
  user.say(get);
  auto serving = origin.accept();
  std::ignore = serving.hear("\r\n\r\n");
  serving.say(ok);
  std::ignore = user.hear("ok");
  wait_for(100ms);
  EXPECT_TRUE(serving.hears_nothing()) << "it is kept while nobody waits";
  const Counted of_another_worker(published->snapshot->services[0]->variants[0].group->state->pending);
  EXPECT_TRUE(serving.is_left());
}

// Connects at once the first time, and later when it is let.
struct SlowConnector {
  unsigned connects = 0;
  Wakeup held;

  Awaitable<ConnectedStream> operator()(asio::io_context& io, DeadlineWheel& wheel, const Target& target,
                                        const TargetGroup& group, std::shared_ptr<const ClientTls> tls,
                                        std::string preamble) {
    if (++connects > 1) std::ignore = co_await held.wait();
    co_return co_await connect_upstream(io, wheel, target, group, std::move(tls), std::move(preamble));
  }
};

TEST_F(Ending, HedgeThatStillConnectsWhenAllIsOver_AsksNobody) {
  settings.service = [](Service& service) { service.retry.hedge_after = 50ms; };
  settings.group = [this](TargetGroup& group) {
    auto second = group.targets[0];
    second.address = "second:80";
    second.slot = slots.intern("target/second");
    second.state = std::make_shared<TargetState>();
    group.targets.push_back(second);
  };
  SlowConnector slow;
  begin(std::ref(slow));
  {
    auto user = client();
    user.say("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    auto serving = origin.accept();
    std::ignore = serving.hear("\r\n\r\n");
    const auto& group = *published->snapshot->services[0]->variants[0].group;
    while (group.state->requests < 2) std::this_thread::yield();  // the hedge has begun
    serving.say(ok);
    EXPECT_THAT(user.hear_to_the_end(), StartsWith("HTTP/1.1 200 "));
  }
  asio::post(worker->io(), [&slow] { slow.held.notify(Wake::ready); });
  auto second = origin.accept();
  EXPECT_EQ(second.hear_to_the_end(), "") << "no request";
}

}  // namespace
}  // namespace sluice::session
