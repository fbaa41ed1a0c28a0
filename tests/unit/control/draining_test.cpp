// Who drains, until when, and what reloads change about it.
#include "control/draining.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/control/admin_fixture.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const TargetName first{"shop-blue", "127.0.0.1:9001"};
const TargetName second{"shop-blue", "127.0.0.1:9003"};
constexpr SteadyTime start{1000s};

// The quickstart with these targets in its first group, which has a delay of 30 s.
std::string with_targets(const std::string& targets, const std::string& more = "") {
  return with(quickstart, "targets: [127.0.0.1:9001]",
              "targets: [" + targets + "], deregistration_delay: 30s" + more);
}
const std::string both = with_targets("127.0.0.1:9001, 127.0.0.1:9003");
const std::string only_first = with_targets("127.0.0.1:9001");
const std::string only_second = with_targets("127.0.0.1:9003");

class DrainingTest : public testing::Test {
 protected:
  DrainingTest() { publish(both); }

  std::shared_ptr<const Snapshot> build(const std::string& text) {
    auto built = builder_.build(config_of(text), 1, current_.get());
    EXPECT_TRUE(built);
    return *built;
  }
  void publish(const std::string& text) {
    const auto next = build(text);
    draining_.expect(*next, now_);
    draining_.published(current_.get(), *next, now_);
    current_ = next;
  }

  const Target& target(const std::string& address) {
    const auto& targets = current_->services.at(0)->variants.at(0).group->targets;
    return *std::ranges::find(targets, address, &Target::address);
  }
  [[nodiscard]] SteadyTime drain_by(const TargetName& name) {
    return TargetState::load(target(name.second).state->drain_by);
  }
  [[nodiscard]] std::uint32_t version() const {
    return current_->services.at(0)->variants.at(0).group->state->version.load();
  }

  SnapshotBuilder builder_{own_secrets({}).value()};
  std::shared_ptr<const Snapshot> current_;
  Draining draining_;
  SteadyTime now_ = start;
};

TEST_F(DrainingTest, NothingDrained_NothingDrains) {
  EXPECT_EQ(drain_by(first), SteadyTime{});
  EXPECT_FALSE(draining_.drained_until(first));
}

TEST_F(DrainingTest, DrainedTarget_DrainsAloneAndViewsAreMadeAnew) {
  const auto before = version();
  draining_.drain(current_.get(), first, now_ + 10s);
  EXPECT_EQ(drain_by(first), now_ + 10s);
  EXPECT_EQ(drain_by(second), SteadyTime{});
  EXPECT_EQ(version(), before + 1);
  EXPECT_EQ(draining_.drained_until(first), now_ + 10s);
}

TEST_F(DrainingTest, DrainingAgain_SetsAnotherEnd) {
  draining_.drain(current_.get(), first, now_ + 10s);
  draining_.drain(current_.get(), first, now_ + 1s);
  EXPECT_EQ(drain_by(first), now_ + 1s);
}

TEST_F(DrainingTest, UndrainedTarget_IsAsItWas) {
  draining_.drain(current_.get(), first, now_ + 10s);
  const auto before = version();
  draining_.undrain(current_.get(), first, now_);
  EXPECT_EQ(drain_by(first), SteadyTime{});
  EXPECT_FALSE(draining_.drained_until(first));
  EXPECT_EQ(version(), before + 1);
  EXPECT_EQ(TargetState::load(target(first.second).state->fit_since), SteadyTime{});  // no slow start here
}

TEST_F(DrainingTest, UndrainingWhatDoesNotDrain_ChangesNothing) {
  const auto before = version();
  draining_.undrain(current_.get(), first, now_);
  EXPECT_EQ(version(), before);
}

TEST_F(DrainingTest, WithSlowStart_ATargetComesBackIntoItBesideOthers) {
  publish(with_targets("127.0.0.1:9001, 127.0.0.1:9003", ", slow_start: 30s"));
  draining_.drain(current_.get(), first, now_);
  draining_.drain(current_.get(), second, now_);
  draining_.undrain(current_.get(), first, now_);  // alone: there is nobody to spare it
  EXPECT_EQ(TargetState::load(target(first.second).state->fit_since), SteadyTime{});
  draining_.undrain(current_.get(), second, now_);
  EXPECT_EQ(TargetState::load(target(second.second).state->fit_since), now_);
}

TEST_F(DrainingTest, DrainedTarget_DrainsThroughReloads) {
  draining_.drain(current_.get(), first, now_ + 10s);
  publish(only_first);
  publish(with_targets("{ address: 127.0.0.1:9001, weight: 7 }"));
  EXPECT_EQ(drain_by(first), now_ + 10s);
}

TEST_F(DrainingTest, TargetThatIsGone_HasTheDelayOfItsGroupFromThen) {
  const auto state = target(first.second).state;
  const auto before = version();
  now_ += 5s;
  publish(only_second);
  EXPECT_EQ(TargetState::load(state->drain_by), now_ + 30s);
  EXPECT_GT(version(), before);
  EXPECT_EQ(drain_by(second), SteadyTime{});
}

TEST_F(DrainingTest, GroupThatNoVariantHasAnyMore_Drains) {
  const auto state = target(first.second).state;
  publish(with(both, "target_group: shop-blue", "target_group: shop-green"));
  EXPECT_EQ(TargetState::load(state->drain_by), now_ + 30s);
}

TEST_F(DrainingTest, TargetThatComesBackInTime_HasItsStateAndTakesExchanges) {
  const auto state = target(first.second).state;
  publish(only_second);
  now_ += 10s;
  publish(both);
  EXPECT_EQ(target(first.second).state, state);
  EXPECT_EQ(drain_by(first), SteadyTime{});
  EXPECT_THAT(draining_.departed(), IsEmpty());
}

TEST_F(DrainingTest, TargetThatComesBack_TakesExchangesBeforeTheDataPlaneHasTheSnapshot) {
  publish(only_second);
  const auto next = build(both);
  const auto& back = *std::ranges::find(next->services.at(0)->variants.at(0).group->targets, first.second,
                                        &Target::address);
  EXPECT_TRUE(back.state->is_draining());
  draining_.expect(*next, now_);
  EXPECT_FALSE(back.state->is_draining());
  now_ += 1s;
  draining_.not_published();
  EXPECT_EQ(TargetState::load(back.state->drain_by), start + 30s);
}

TEST_F(DrainingTest, DrainedTargetThatComesBackInTime_StillDrains) {
  draining_.drain(current_.get(), first, now_ + 1h);
  publish(only_second);
  EXPECT_EQ(draining_.drained_until(first), now_ + 1h);  // the end that the API gave stays
  publish(both);
  EXPECT_EQ(drain_by(first), now_ + 1h);
}

TEST_F(DrainingTest, DrainedTargetThatComesBackLater_IsAnotherOne) {
  draining_.drain(current_.get(), first, now_ + 10s);
  publish(only_second);
  now_ += 11s;
  publish(both);
  EXPECT_EQ(drain_by(first), SteadyTime{});
  EXPECT_FALSE(draining_.drained_until(first));
}

TEST_F(DrainingTest, GroupThatWasNotInUse_DrainsAsSoonAsItIs) {
  const auto unused = with(both, "target_group: shop-blue", "target_group: shop-green");
  publish(unused);
  now_ += 1min;
  publish(unused);
  draining_.drain(current_.get(), first, now_ + 10s);
  publish(both);
  EXPECT_EQ(drain_by(first), now_ + 10s);
}

TEST_F(DrainingTest, TargetDrainedLongAfterItDeparted_DrainsWhenItComesBack) {
  publish(only_second);
  now_ += 1h;
  draining_.drain(current_.get(), first, now_ + 10s);
  publish(both);
  EXPECT_EQ(drain_by(first), now_ + 10s);
  EXPECT_EQ(draining_.drained_until(first), now_ + 10s);
}

TEST_F(DrainingTest, DrainedBeforeAndAfterItDeparted_DrainsWhenItComesBack) {
  draining_.drain(current_.get(), first, now_ + 10s);
  publish(only_second);
  now_ += 1h;
  draining_.drain(current_.get(), first, now_ + 10s);
  publish(both);
  EXPECT_EQ(drain_by(first), now_ + 10s);
}

TEST_F(DrainingTest, DrainedAfterItDeparted_DrainsForLaterDeparturesAsItWould) {
  publish(only_second);
  draining_.drain(current_.get(), first, now_ + 10s);
  publish(both);
  publish(only_second);
  now_ += 1h;
  publish(both);
  EXPECT_EQ(drain_by(first), SteadyTime{});
}

TEST_F(DrainingTest, Departed_AreThoseWithExchangesInFlight) {
  const auto state = target(first.second).state;
  publish(only_second);
  EXPECT_THAT(draining_.departed(), IsEmpty());
  state->in_flight = 2;
  const auto departed = draining_.departed();
  ASSERT_EQ(departed.size(), 1u);
  EXPECT_EQ(departed.at(first).drain_by, now_ + 30s);
  now_ += 1h;
  publish(only_second);  // they are not forgotten before they have ended
  EXPECT_EQ(draining_.departed().size(), 1u);
  state->in_flight = 0;
  publish(only_second);
  EXPECT_THAT(draining_.departed(), IsEmpty());
}

}  // namespace
}  // namespace sluice
