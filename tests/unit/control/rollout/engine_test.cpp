// Rollouts from their start to their end, with a process that dies in between and a store that fails.
#include "control/rollout/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/allocation.h"
#include "tests/unit/control/changes.h"
#include "tests/unit/control/configs.h"
#include "tests/unit/control/rollout/world.h"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string config = R"(
listeners:
  - { name: web, address: 127.0.0.1:8080, default: { forward: shop } }
services:
  shop:
    variants:
      blue:   { target_group: blue,   weight: 90 }
      green:  { target_group: green,  weight: 0 }
      canary: { target_group: canary, weight: 10 }
target_groups:
  blue:   { targets: [127.0.0.1:9001, 127.0.0.1:9002] }
  green:  { targets: [127.0.0.1:9003, 127.0.0.1:9004, 127.0.0.1:9005] }
  canary: { targets: [127.0.0.1:9006, 127.0.0.1:9007] }
strategies:
  linear: { linear: { percent: 25, every: 1s }, bake: 1s }
  steps:
    steps: [10%, { pause: 1s }, 50%]
    every: 1s
    bake: 1s
    hooks: { before_traffic: { http: "http://h" }, before_step: { http: "http://h" }, after_step: { http: "http://h" }, after_promote: { http: "http://h" }, after_rollback: { http: "http://h" } }
  switch: { blue_green: { keep_old: 1s }, bake: 1s, hooks: { after_test_traffic: { http: "http://h" } } }
  asked: { blue_green: { approve: true, keep_old: 0s } }
  listened: { blue_green: { test: "listener:web", approve: true, keep_old: 0s } }
  one-by-one: { rolling: { batch: 1 }, every: 1s, hooks: { per_target: { command: [deploy] } } }
  same-place: { in_place: { batch: 2 }, hooks: { per_target: { command: [deploy] } } }
  now: { all_at_once: {} }
  patient: { steps: [{ pause: 1s }, 50%], every: 1d, gates: [{ error_rate: { max: 5% } }] }
  long: { linear: { percent: 10, every: 1d } }
)";

// What the audit log says of a rollout.
std::vector<std::string> rollout_events(const Disk& disk) {
  std::vector<std::string> events;
  for (const auto& event : disk.stored.events)
    if (event.kind.starts_with("rollout.")) events.push_back(event.kind + " " + event.text);
  return events;
}

std::vector<double> shares(const Disk& disk, const std::string& variant) {
  std::vector<double> made;
  for (const auto& revision : disk.stored.revisions) {
    double sum = 0, own = 0;
    for (const auto& each : revision.services.at("shop")->variants) {
      sum += each.weight.value();
      if (each.name == variant) own = each.weight.value();
    }
    made.push_back(own / sum);
  }
  return made;
}

bool in_order(const Disk& disk) {
  return std::ranges::is_sorted(disk.stored.events, std::less_equal(), &AuditEvent::number);
}

class EngineTest : public testing::Test {
 protected:
  // A fast one: a second of the plan is 10 ms.
  std::unique_ptr<World> world() { return std::make_unique<World>(disk_, config, 100); }

  Disk disk_;
};

TEST_F(EngineTest, Linear_MovesByItsStepsAndSucceeds) {
  const auto made = world();
  made->start("green", "linear");
  made->run_until([&] { return made->ended(); });
  EXPECT_EQ(made->rollout()->state, RolloutState::succeeded);
  EXPECT_THAT(shares(disk_, "green"), ElementsAre(0, 0.25, 0.5, 0.75, 1, 1));
  EXPECT_EQ(made->share("green"), 100);
  EXPECT_EQ(made->revisions().current()->services[0]->stable, 1u)
      << "a finished rollout moves the stable variant";
  EXPECT_TRUE(disk_.stored.revisions.back().ended_rollout);
}

TEST_F(EngineTest, OtherVariants_KeepTheirsRelative) {
  const auto made = world();
  made->start("green", "long");
  made->run_until([&] { return made->share("green") == 10; });
  EXPECT_NEAR(made->share("blue"), 81, 1e-6);
  EXPECT_NEAR(made->share("canary"), 9, 1e-6);
}

TEST_F(EngineTest, Abort_GivesBackTheVeryUsersAndWithdraws) {
  const auto made = world();
  const auto before = allocation_of(*made->revisions().current()->services[0]);
  made->start("green", "long");
  made->run_until([&] { return made->share("green") == 10; });
  made->command(RolloutCommand::abort);
  made->run_until([&] { return made->ended(); });
  EXPECT_EQ(made->rollout()->state, RolloutState::aborted);
  const auto after = allocation_of(*made->revisions().current()->services[0]);
  EXPECT_EQ(after.ranges, before.ranges);
  EXPECT_TRUE(made->is_withdrawn("green"));
  EXPECT_FALSE(made->is_withdrawn("blue"));
  made->start("green", "long");
  made->run_until([&] { return made->share("green") == 10; });
  EXPECT_FALSE(made->is_withdrawn("green")) << "a new release of it is none that was taken back";
}

TEST_F(EngineTest, GradualAbort_GoesDownTheSteps) {
  const auto made = world();
  made->start("green", "linear");
  made->run_until([&] { return made->share("green") == 75; });
  made->command(RolloutCommand::abort_gradually);
  made->run_until([&] { return made->ended(); });
  EXPECT_EQ(made->rollout()->state, RolloutState::aborted);
  EXPECT_THAT(shares(disk_, "green"), ElementsAre(0, 0.25, 0.5, 0.75, 0.5, 0.25, 0));
}

TEST_F(EngineTest, PauseResumePromote_SteerIt) {
  const auto made = world();
  made->start("green", "long");
  made->run_until([&] { return made->share("green") == 10; });
  made->command(RolloutCommand::pause);
  made->run_until([&] { return made->answer.has_value(); });
  EXPECT_EQ(made->rollout()->state, RolloutState::paused);
  made->command(RolloutCommand::pause);
  made->run_until([&] { return made->answer.has_value(); });
  EXPECT_EQ(made->answer->error().reason, RolloutRefused::Reason::not_now);
  made->command(RolloutCommand::resume);
  made->run_until([&] { return made->answer.has_value(); });
  EXPECT_EQ(made->rollout()->state, RolloutState::running);
  made->command(RolloutCommand::promote);
  made->run_until([&] { return made->share("green") == 20; });
}

TEST_F(EngineTest, Approval_IsWaitedFor) {
  const auto made = world();
  made->start("green", "asked");
  made->run_until(
      [&] { return made->rollout() && made->rollout()->state == RolloutState::waiting_approval; });
  EXPECT_EQ(made->share("green"), 0);
  made->command(RolloutCommand::approve);
  made->run_until([&] { return made->ended(); });
  EXPECT_EQ(made->share("green"), 100);
}

TEST_F(EngineTest, TestListener_ReachesTheNewVariantWhileItIsTested) {
  const auto made = world();
  const auto test = [&] { return made->revisions().current()->services[0]->test; };
  made->start("green", "listened");
  made->run_until([&] { return test() != nullptr; });
  EXPECT_EQ(*test(), (TestTraffic{"web", "green"}));
  const auto revision = made->revisions().current()->revision;
  EXPECT_EQ(revision, 1u) << "it is no revision";
  made->run_until([&] { return made->rollout()->state == RolloutState::waiting_approval; });
  made->command(RolloutCommand::approve);
  made->run_until([&] { return made->ended() && test() == nullptr; });
}

TEST_F(EngineTest, HookThatFails_TakesTheVersionBack) {
  const auto made = world();
  made->hook_says = [](const HookCall& call) {
    const bool fails = call.hook.stage == config::Stage::after_step;
    return HookAnswer{.kind = fails ? HookAnswer::Kind::fail : HookAnswer::Kind::proceed, .reason = "smoke"};
  };
  made->start("green", "steps");
  made->run_until([&] { return made->ended(); });
  EXPECT_EQ(made->rollout()->state, RolloutState::rolled_back);
  EXPECT_THAT(made->rollout()->reason, HasSubstr("smoke"));
  EXPECT_EQ(made->share("green"), 0);
  EXPECT_TRUE(made->is_withdrawn("green"));
  EXPECT_THAT(disk_.hook_keys.back(), HasSubstr("after_rollback"));
}

TEST_F(EngineTest, HookThatPrintsAnything_DoesNotKeepTheNextProcessFromStarting) {
  {
    const auto made = world();
    made->hook_says = [](const HookCall&) { return HookAnswer{.kind = HookAnswer::Kind::fail, .reason = "\xff\xc3"}; };
    made->start("green", "steps");
    made->run_until([&] { return made->ended(); });
  }
  const auto next = world();
  ASSERT_TRUE(next->rollout());
  EXPECT_TRUE(next->ended());
}

TEST_F(EngineTest, VariantThatLeavesTheFile_EndsItsRollout) {
  {
    World first(disk_, config, 100);
    first.start("green", "asked");
    first.run_until([&] { return first.rollout() && first.rollout()->state == RolloutState::waiting_approval; });
  }
  World second(disk_, with(config, "      green:  { target_group: green,  weight: 0 }\n", ""), 100);
  second.run_until([&] { return second.ended(); });
  EXPECT_EQ(second.rollout()->state, RolloutState::failed);
  EXPECT_THAT(second.rollout()->reason, HasSubstr("no longer in the configuration"));
}

TEST_F(EngineTest, PauseBeforeTheFirstShare_EndsWithoutData) {
  const auto made = world();
  made->start("green", "patient");
  made->run_until([&] { return made->share("green") == 50; });
}

TEST_F(EngineTest, EndOfARollout_LeavesAWarmUpOnItsWay) {
  const std::string warm = with(config, "green:  { targets", "green:  { slow_start: 1s, targets");
  World made(disk_, warm, 100);
  made.start("green", "now");
  made.run_until([&] { return made.ended(); });
  EXPECT_EQ(made.rollout()->state, RolloutState::succeeded);
  ASSERT_TRUE(made.revisions().is_warming_up("shop")) << "a cold group gets its share by and by";
  made.revisions().step(std::chrono::steady_clock::now() + std::chrono::seconds(2));
  EXPECT_FALSE(made.revisions().is_warming_up("shop"));
  const auto& service = *made.revisions().current()->services[0];
  EXPECT_EQ(service.split.share_of(1), Split::whole);
}

TEST_F(EngineTest, WeightsOfAServiceThatARolloutMoves_AreRefused) {
  const auto made = world();
  made->start("green", "long");
  made->run_until([&] { return made->share("green") == 10; });
  const NamedWeights weights{{"blue", {1}}, {"green", {1}}, {"canary", {0}}};
  const auto number = weighed(made->revisions(), "shop", weights);
  ASSERT_FALSE(number);
  EXPECT_EQ(number.error().reason, ChangeRefused::Reason::rollout_running);
  EXPECT_THAT(number.error().what, HasSubstr("r1"));
}

TEST_F(EngineTest, SecondRollout_IsRefusedOrSupersedes) {
  const auto made = world();
  made->start("green", "long");
  made->run_until([&] { return made->share("green") == 10; });
  made->start("canary", "now");
  made->run_until([&] { return made->answer.has_value(); });
  EXPECT_EQ(made->answer->error().reason, RolloutRefused::Reason::rollout_running);
  StartRollout wanted{.service = "shop", .to = "canary", .strategy = "now", .supersedes = true};
  ASSERT_TRUE(awaited_result(made->rollouts().start(wanted, {})));
  made->run_until([&] { return made->rollout()->id == "r2" && made->ended(); });
  EXPECT_EQ(made->rollouts().find("r1")->state, RolloutState::superseded);
  EXPECT_EQ(made->rollout()->state, RolloutState::succeeded);
  EXPECT_EQ(made->share("canary"), 100);
}

TEST_F(EngineTest, StoreThatIsDown_HoldsStepsButNoAbort) {
  const auto made = world();
  made->start("green", "long");
  made->run_until([&] { return made->share("green") == 10; });
  disk_.trouble = StoreError{StoreError::Kind::unavailable, "disk full"};
  made->command(RolloutCommand::promote);
  made->run_until([&] { return made->answer.has_value(); });
  // The hold is over for it, if nothing keeps it; but not before that is recorded.
  ASSERT_FALSE(*made->answer);
  EXPECT_EQ(made->answer->error().reason, RolloutRefused::Reason::store_unavailable);
  EXPECT_EQ(made->share("green"), 10);
  made->command(RolloutCommand::abort);
  const auto begin = std::chrono::steady_clock::now();
  made->run_until([&] { return made->share("green") == 0; });
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(500));
  EXPECT_GT(made->revisions().unrecorded(), 0u);
  disk_.trouble.reset();
  made->run_until([&] { return made->revisions().unrecorded() == 0; });
  EXPECT_EQ(shares(disk_, "green").back(), 0);
  EXPECT_THAT(disk_.stored.rollouts.back().json, HasSubstr("aborted"));
}

struct Deadly {
  std::string to, strategy;
  double share;  // of the new variant in the end
};

class CrashTest : public EngineTest, public testing::WithParamInterface<std::tuple<Deadly, Disk::Crash>> {};

// At each write of a rollout once: what was written is not done again, what was not is not skipped.
TEST_P(CrashTest, AtEachTransition_TheNextProcessGoesOn) {
  const auto& [deadly, crash] = GetParam();
  Disk undisturbed;
  {
    World calm(undisturbed, config, 100);
    calm.start(deadly.to, deadly.strategy);
    calm.run_until([&] { return calm.ended(); });
    ASSERT_EQ(calm.rollout()->state, RolloutState::succeeded);
  }
  for (std::size_t at = 2; at <= undisturbed.writes; ++at) {  // 1: the first configuration
    SCOPED_TRACE("write " + std::to_string(at) + " of " + std::to_string(undisturbed.writes));
    Disk disk;
    disk.crash = crash;
    disk.crash_at = at;
    {
      World first(disk, config, 100);
      first.start(deadly.to, deadly.strategy);
      first.run_until([&] { return first.ended(); });
      ASSERT_TRUE(disk.crashed);
    }
    disk.crashed = false;
    disk.crash = Disk::Crash::none;
    World second(disk, config, 100);
    if (!second.rollout()) second.start(deadly.to, deadly.strategy);  // died before it was there
    second.run_until([&] { return second.ended(); });
    ASSERT_EQ(second.rollout()->state, RolloutState::succeeded);
    EXPECT_EQ(second.share(deadly.to), deadly.share);
    EXPECT_EQ(rollout_events(disk), rollout_events(undisturbed));
    EXPECT_EQ(shares(disk, deadly.to), shares(undisturbed, deadly.to));
    EXPECT_TRUE(in_order(disk));
    // A hook may be called twice, but with one key.
    std::set<std::string> keys(disk.hook_keys.begin(), disk.hook_keys.end());
    EXPECT_EQ(keys, std::set<std::string>(undisturbed.hook_keys.begin(), undisturbed.hook_keys.end()));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Strategies, CrashTest,
    testing::Combine(testing::Values(Deadly{"green", "linear", 100}, Deadly{"green", "steps", 100},
                                     Deadly{"green", "switch", 100}, Deadly{"green", "one-by-one", 100},
                                     Deadly{"blue", "same-place", 90}, Deadly{"green", "now", 100}),
                     testing::Values(Disk::Crash::before_write, Disk::Crash::after_write)),
    [](const auto& each) {
      auto name = std::get<0>(each.param).strategy;
      std::erase(name, '-');
      return name + (std::get<1>(each.param) == Disk::Crash::before_write ? "_BeforeWrite" : "_AfterWrite");
    });

TEST_F(EngineTest, CrashOfAnAbort_StaysAborted) {
  {
    World first(disk_, config, 100);
    first.start("green", "steps");
    first.run_until([&] { return first.share("green") == 10; });
    disk_.crash = Disk::Crash::after_write;
    disk_.crash_at = disk_.writes + 1;
    first.command(RolloutCommand::abort);
    first.run_until([&] { return first.ended(); });
  }
  ASSERT_TRUE(disk_.crashed);
  disk_.crashed = false;
  disk_.crash = Disk::Crash::none;
  World second(disk_, config, 100);
  second.run_until([&] { return second.ended(); });
  EXPECT_EQ(second.rollout()->state, RolloutState::aborted);
  EXPECT_EQ(second.share("green"), 0);
  EXPECT_TRUE(second.is_withdrawn("green"));
}

TEST_F(EngineTest, ChangedFile_DoesNotTouchAStrategyThatRuns) {
  {
    World first(disk_, config, 100);
    first.start("green", "long");
    first.run_until([&] { return first.share("green") == 10; });
  }
  World second(
      disk_, with(config, "long: { linear: { percent: 10, every: 1d } }", "long: { all_at_once: {} }"), 100);
  ASSERT_TRUE(second.rollout());
  EXPECT_EQ(second.rollout()->plan.steps.size(), 10u);
  second.command(RolloutCommand::promote);
  second.run_until([&] { return second.share("green") == 20; });
}

}  // namespace
}  // namespace sluice
