// A hedge that is late.
#include "tests/session/running_worker.h"

namespace sluice::session {
namespace {

using namespace std::chrono_literals;
using testing::StartsWith;

using Hedging = RunningWorker;

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

TEST_F(Hedging, HedgeThatStillConnectsWhenAllIsOver_AsksNobody) {
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
