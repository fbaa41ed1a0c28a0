// The prober's thread against peers that turn: what it makes of states, reports and counts.
#include "health/prober.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/metric_family.h>

#include <chrono>
#include <functional>
#include <thread>

#include "health/health_metrics.h"
#include "tests/unit/health/scripted_peer.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using End = PeerScript::End;
using testing::ElementsAre;

const PeerScript good = PeerScript::answering(200);
const PeerScript bad = PeerScript::answering(500);

struct ProberTest : testing::Test {
  HealthCheck check{.interval = 100ms, .timeout = 90ms, .healthy = 2, .unhealthy = 2};
  std::shared_ptr<GroupState> group_state = std::make_shared<GroupState>();
  std::map<std::uint16_t, std::shared_ptr<TargetState>> states;
  Prober prober;

  TargetState& state(const ScriptedPeer& peer) { return *states.at(peer.port()); }
  std::shared_ptr<const TargetGroup> group(const std::vector<ScriptedPeer*>& peers) {
    auto made = std::make_shared<TargetGroup>();
    made->name = "shop";
    made->state = group_state;
    for (const auto* peer : peers) {
      auto& target = made->targets.emplace_back();
      target.ip = "127.0.0.1";
      target.port = peer->port();
      target.address = "127.0.0.1:" + std::to_string(peer->port());
      auto& known = states[peer->port()];
      if (!known) {
        known = target.state;
        known->verdict = CheckVerdict::initial;
      }
      target.state = known;
    }
    return made;
  }
  void publish(const std::vector<ScriptedPeer*>& peers) {
    prober.publish({.groups = {{group(peers), std::make_shared<HealthCheck>(check)}}, .unused = {}});
  }
  // Each target's state and reason.
  std::vector<std::string> told() const {
    std::vector<std::string> lines;
    for (const auto& report : prober.reports().list())
      lines.push_back(std::string(to_string(report.state)) + ' ' + report.reason);
    return lines;
  }
  static void wait_until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "waited in vain";
      std::this_thread::sleep_for(2ms);
    }
  }
  void wait_for(const ScriptedPeer& peer, CheckVerdict verdict) {
    wait_until([&] { return state(peer).verdict == verdict; });
  }
  std::uint64_t count(CheckResult::Kind kind) const {
    return prober.counts().at("shop")->by_kind[static_cast<std::size_t>(kind)];
  }
};

TEST_F(ProberTest, TargetThatTurns_IsFollowed) {
  ScriptedPeer peer(good);
  publish({&peer});
  EXPECT_THAT(told(), ElementsAre("initial Elb.InitialHealthChecking"));
  wait_for(peer, CheckVerdict::healthy);
  EXPECT_EQ(group_state->version, 1u);
  peer.set(bad);
  wait_for(peer, CheckVerdict::unhealthy);
  wait_until([&] { return told()[0] == "unhealthy Target.ResponseCodeMismatch"; });
  peer.set({.pieces = {}, .end = End::hang});
  wait_until([&] { return told()[0] == "unhealthy Target.Timeout"; });
  peer.set(good);
  wait_for(peer, CheckVerdict::healthy);
  wait_until([&] { return told()[0] == "healthy "; });
  EXPECT_EQ(group_state->version, 3u);
  EXPECT_GE(count(CheckResult::Kind::passed), 3u);
  EXPECT_GE(count(CheckResult::Kind::mismatch), 2u);
  EXPECT_GE(count(CheckResult::Kind::timeout), 1u);
}

TEST_F(ProberTest, Republished_KeepsWhatIsKnownAndAddsWhatIsNew) {
  ScriptedPeer first(good), second(good);
  publish({&first});
  wait_for(first, CheckVerdict::healthy);
  EXPECT_EQ(state(first).fit_since.load(), SteadyTime{});
  publish({&first, &second});
  EXPECT_EQ(state(first).verdict, CheckVerdict::healthy);
  wait_for(second, CheckVerdict::healthy);
  EXPECT_NE(state(second).fit_since.load(), SteadyTime{});
}

TEST_F(ProberTest, TargetThatIsTakenOut_IsAskedNoMoreAndNewWhenItComesBack) {
  ScriptedPeer stays(good), leaves(bad);
  publish({&stays, &leaves});
  wait_for(leaves, CheckVerdict::unhealthy);
  publish({&stays});
  wait_for(leaves, CheckVerdict::initial);
  const int before = leaves.connections();
  const auto passed = count(CheckResult::Kind::passed);
  wait_until([&] { return count(CheckResult::Kind::passed) >= passed + 3; });
  EXPECT_LE(leaves.connections(), before + 1);  // one may have been on its way
  EXPECT_EQ(told().size(), 1u);
  leaves.set(good);
  publish({&stays, &leaves});
  wait_for(leaves, CheckVerdict::healthy);  // by one pass
}

TEST_F(ProberTest, GroupThatIsCheckedNoMore_CountsAsHealthy) {
  ScriptedPeer peer(bad);
  publish({&peer});
  wait_for(peer, CheckVerdict::unhealthy);
  prober.publish({.groups = {{group({&peer}), nullptr}}, .unused = {}});
  wait_for(peer, CheckVerdict::healthy);
  wait_until([&] { return told()[0] == "healthy "; });
  EXPECT_TRUE(prober.counts().empty());
}

TEST_F(ProberTest, Metrics_HaveOneStateOfEachTargetAndNothingOfThoseThatAreGone) {
  ScriptedPeer peer(good);
  publish({&peer});
  wait_until([&] { return told()[0] == "healthy "; });
  const HealthMetrics metrics(prober);
  const auto families = metrics.Collect();
  ASSERT_EQ(families.size(), 2u);
  EXPECT_EQ(families[0].name, "sluice_target_health");
  ASSERT_EQ(families[0].metric.size(), 5u);
  for (const auto& metric : families[0].metric) {
    ASSERT_EQ(metric.label.size(), 3u);
    EXPECT_EQ(metric.label[0].value, "shop");
    EXPECT_EQ(metric.gauge.value, metric.label[2].value == "healthy" ? 1 : 0) << metric.label[2].value;
  }
  EXPECT_EQ(families[1].name, "sluice_health_checks_total");
  ASSERT_EQ(families[1].metric.size(), 4u);
  EXPECT_EQ(families[1].metric[0].label[1].value, "passed");
  EXPECT_GE(families[1].metric[0].counter.value, 1);
  prober.publish({});
  for (const auto& family : metrics.Collect()) EXPECT_TRUE(family.metric.empty());
}

}  // namespace
}  // namespace sluice
