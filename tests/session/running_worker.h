// A worker with a thread of its own between clients and one origin, which a test plays itself.
#pragma once

#include <gmock/gmock.h>

#include <boost/asio/post.hpp>
#include <future>
#include <thread>

#include "proxy/worker.h"
#include "tests/session/blocking_peer.h"
#include "tests/session/revision.h"

namespace sluice::session {

inline constexpr const char* get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
inline constexpr const char* post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";
inline constexpr const char* ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// One worker with a thread of its own, one origin.
class RunningWorker : public testing::Test {
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

  // A client that has said this to the target, as far as `last`, and the target's side of it.
  struct Ongoing {
    BlockingPeer user, serving;
  };
  [[nodiscard]] Ongoing ask(std::string_view request, std::string_view last = "\r\n\r\n") {
    auto user = client();
    user.say(request);
    auto serving = origin.accept();
    std::ignore = serving.hear(last);
    return {std::move(user), std::move(serving)};
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

}  // namespace sluice::session
