// A control plane that can die at any write, and the disk and the hooks that outlive it, for tests of what
// goes on after a crash.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <optional>

#include "control/config_yaml.h"
#include "control/rollout/engine.h"
#include "control/store/refusal.h"
#include "health/outcomes.h"

namespace sluice {

// What outlives a process.
struct Disk {
  enum class Crash { none, before_write, after_write };

  Stored stored;
  std::vector<std::string> hook_keys;  // of each call, in order
  // The process dies at that write, counted from 1.
  Crash crash = Crash::none;
  std::size_t crash_at = 0;
  std::size_t writes = 0;
  bool crashed = false;
  std::optional<StoreError> trouble;  // every write fails so
};

class DiskStore final : public Store {
 public:
  explicit DiskStore(Disk& disk) : disk_(disk) {}

  Result<Stored, std::string> load() override { return disk_.stored; }

  void write(Write write, Done done) override {
    if (disk_.crashed) return;
    if (disk_.trouble) return done(failure(*disk_.trouble));
    const bool dies = ++disk_.writes == disk_.crash_at;
    disk_.crashed = dies && disk_.crash != Disk::Crash::none;
    if (disk_.crashed && disk_.crash == Disk::Crash::before_write) return;
    const auto last = disk_.stored.revisions.empty() ? 0 : disk_.stored.revisions.back().number;
    if (auto refused = refusal(write, last)) return done(failure(*std::move(refused)));
    keep(std::move(write));
    if (!disk_.crashed) done({});
  }

 private:
  void keep(Write write) {
    if (write.revision) disk_.stored.revisions.push_back(*std::move(write.revision));
    for (auto& event : write.events) disk_.stored.events.push_back(std::move(event));
    if (!write.rollout) return;
    for (auto& known : disk_.stored.rollouts)
      if (known.id == write.rollout->id) return void(known = *std::move(write.rollout));
    disk_.stored.rollouts.push_back(*std::move(write.rollout));
  }

  Disk& disk_;
};

class World {
 public:
  World(Disk& disk, const std::string& config, double speed) : disk_(disk), store_(disk), speed_(speed) {
    auto stored = store_.load().value();
    events_.restore(stored.events);
    revisions_.restore(std::move(stored.revisions));
    EXPECT_TRUE(rollouts_.restore(stored.rollouts));
    run(begin(*this, config));
    if (!disk_.crashed) rollouts_.run();
  }

  // Until `end` says so or the process has died.
  template <class End>
  void run_until(const End& end, std::chrono::seconds limit = std::chrono::seconds(20)) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    io_.restart();
    while (!disk_.crashed && !end()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "it does not come to an end";
      io_.run_one_for(std::chrono::milliseconds(10));
    }
  }

  void start(const std::string& to, const std::string& strategy) {
    StartRollout wanted{.service = "shop", .to = to, .strategy = strategy};
    spawn(rollouts_.start(std::move(wanted), {}));
  }
  void command(RolloutCommand command) { spawn(rollouts_.command("shop", command, {})); }

  [[nodiscard]] const Rollout* rollout() const { return rollouts_.find("shop"); }
  [[nodiscard]] bool ended() const { return rollout() && rollout()->ended(); }
  [[nodiscard]] double share(const std::string& variant) const {
    return share_of(*find_service(*revisions_.current(), "shop"), variant).value();
  }
  [[nodiscard]] bool is_withdrawn(const std::string& variant) const {
    for (const auto& each : find_service(*revisions_.current(), "shop")->variants)
      if (each.name == variant) return each.withdrawn;
    return false;
  }

  Revisions& revisions() { return revisions_; }
  Engine& rollouts() { return rollouts_; }
  std::function<HookAnswer(const HookCall&)> hook_says = [](const HookCall&) { return HookAnswer{}; };

  // What the last request came to.
  std::optional<Engine::Answer> answer;

 private:
  static boost::asio::awaitable<void> begin(World& world, std::string text) {
    auto parsed = read_config_text(std::move(text), "sluice.yaml");
    EXPECT_TRUE(parsed.problems.empty());
    Provenance by;
    const auto made = co_await world.revisions_.apply(std::move(parsed.config), std::move(by));
    EXPECT_TRUE(made || world.disk_.crashed) << made.error().what;
  }
  void spawn(Engine::LaterAnswer later) {
    answer.reset();
    boost::asio::co_spawn(io_, std::move(later),
                          [this](std::exception_ptr, Engine::Answer made) { answer = std::move(made); });
  }
  void run(boost::asio::awaitable<void> later) {
    bool done = false;
    boost::asio::co_spawn(io_, std::move(later), [&done](std::exception_ptr) { done = true; });
    run_until([&] { return done; });
  }

  CancelHook call(const HookCall& call, std::function<void(HookAnswer)> then) {
    disk_.hook_keys.push_back(call.idempotency_key);
    const auto cancelled = std::make_shared<bool>(false);
    boost::asio::post(io_, [this, call, cancelled, then = std::move(then)] {
      if (!*cancelled) then(hook_says(call));
    });
    return [cancelled] { *cancelled = true; };
  }

  Disk& disk_;
  boost::asio::io_context io_{1};
  DiskStore store_;
  double speed_;
  Outcomes outcomes_;
  EventLog events_;
  Revisions revisions_{Revisions::Parts{.publish = [](auto) { return Result<void, std::string>(); },
                                        .store = &store_,
                                        .events = &events_,
                                        .executor = io_.get_executor()}};
  Engine rollouts_{
      {.io = io_,
       .revisions = revisions_,
       .attempts = [this] { return outcomes_.attempts(); },
       .call_hook = [this](HookCall made,
                           std::function<void(HookAnswer)> then) { return call(made, std::move(then)); },
       .speed = speed_,
       .look_every = std::chrono::milliseconds(1)}};
};

}  // namespace sluice
