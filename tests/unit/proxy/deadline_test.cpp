// The deadline wheel on an io_context that only runs while a test lets it: each waits for events, at most 200
// ms.
#include "proxy/deadline.h"

#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>
#include <functional>
#include <memory>

namespace sluice {
namespace {

using namespace std::chrono_literals;

class Alarm : public Deadline {
 public:
  using Deadline::Deadline;
  ~Alarm() override = default;

  int rang = 0;
  Clock::time_point at;
  std::function<void()> on_ring;

 private:
  void on_deadline() override {
    ++rang;
    at = Clock::now();
    if (on_ring) on_ring();
  }
};

class DeadlineWheelTest : public testing::Test {
 protected:
  void SetUp() override { asio::co_spawn(io_, wheel_.run(), asio::detached); }

  // Runs until the alarm has rung `times` times, or for ten seconds.
  void run_until(const Alarm& alarm, int times = 1) {
    const auto end = Clock::now() + 10s;
    while (alarm.rang < times && Clock::now() < end) io_.run_one_until(end);
    EXPECT_EQ(alarm.rang, times);
  }

  asio::io_context io_;
  DeadlineWheel wheel_{io_};
};

TEST_F(DeadlineWheelTest, Deadline_RingsOnceNotBeforeItsTime) {
  Alarm alarm(wheel_);
  const auto due = Clock::now() + 70ms;
  alarm.expires_at(due);
  run_until(alarm);
  EXPECT_GE(alarm.at, due);
  EXPECT_FALSE(alarm.is_linked());
}

TEST_F(DeadlineWheelTest, After_IsNeverEarlierThanAsked) {
  Alarm alarm(wheel_);
  const auto begun = Clock::now();
  alarm.expires_after(1ms);
  run_until(alarm);
  EXPECT_GE(alarm.at - begun, 1ms);
}

TEST_F(DeadlineWheelTest, DeadlineInThePast_RingsAtTheNextTick) {
  Alarm alarm(wheel_);
  alarm.expires_at(Clock::now() - 1h);
  run_until(alarm);
}

TEST_F(DeadlineWheelTest, Never_TakesItBack) {
  Alarm cancelled(wheel_), marker(wheel_);
  cancelled.expires_after(1ms);
  marker.expires_after(100ms);
  cancelled.never();
  run_until(marker);
  EXPECT_EQ(cancelled.rang, 0);
}

TEST_F(DeadlineWheelTest, MovedLater_RingsLaterOnly) {
  Alarm alarm(wheel_);
  alarm.expires_after(1ms);
  const auto due = Clock::now() + 120ms;
  alarm.expires_at(due);
  run_until(alarm);
  EXPECT_GE(alarm.at, due);
}

TEST_F(DeadlineWheelTest, MovedEarlier_RingsEarlier) {
  Alarm alarm(wheel_);
  alarm.expires_after(1h);
  alarm.expires_after(1ms);
  run_until(alarm);
}

TEST_F(DeadlineWheelTest, BeyondOneTurn_IsFiledAnewAndKept) {
  Alarm alarm(wheel_), marker(wheel_);
  alarm.expires_after(24h);
  marker.expires_after(60ms);
  run_until(marker);
  EXPECT_EQ(alarm.rang, 0);
  EXPECT_TRUE(alarm.is_linked());
}

TEST_F(DeadlineWheelTest, Extend_MovesOnlyWhatIsSet) {
  Alarm unset(wheel_), set(wheel_);
  unset.extend(1ms);
  set.expires_after(1h);
  set.extend(1ms);
  run_until(set);
  EXPECT_EQ(unset.rang, 0);
}

TEST_F(DeadlineWheelTest, SetAgainWhileRinging_RingsAgain) {
  Alarm alarm(wheel_);
  alarm.on_ring = [&] {
    if (alarm.rang == 1) alarm.expires_after(1ms);
  };
  alarm.expires_after(1ms);
  run_until(alarm, 2);
}

TEST_F(DeadlineWheelTest, DestroyedByAnotherOfTheSameTick_DoesNotRing) {
  auto victim = std::make_unique<Alarm>(wheel_);
  Alarm killer(wheel_);
  const auto due = Clock::now() + 60ms;
  killer.on_ring = [&] { victim.reset(); };
  killer.expires_at(due);
  victim->expires_at(due);
  run_until(killer);
  EXPECT_EQ(victim, nullptr);
}

TEST_F(DeadlineWheelTest, DestroyedByItself_IsNotTouchedAgain) {
  auto alarm = std::make_unique<Alarm>(wheel_);
  Alarm marker(wheel_);
  alarm->on_ring = [&] { alarm.reset(); };
  alarm->expires_after(1ms);
  marker.expires_after(60ms);
  run_until(marker);
  EXPECT_EQ(alarm, nullptr);
}

TEST_F(DeadlineWheelTest, Stopped_LetsTheContextRunOut) {
  Alarm alarm(wheel_);
  alarm.expires_after(1h);
  io_.poll();
  wheel_.stop();
  io_.run();  // returns: nothing is left to wait for
  EXPECT_EQ(alarm.rang, 0);
}

TEST_F(DeadlineWheelTest, AThousandDeadlines_AllRing) {
  std::vector<std::unique_ptr<Alarm>> alarms;
  for (int i = 0; i < 1000; ++i) {
    alarms.push_back(std::make_unique<Alarm>(wheel_));
    alarms.back()->expires_after(std::chrono::milliseconds(i % 100));
  }
  Alarm marker(wheel_);
  marker.expires_after(160ms);
  run_until(marker);
  for (const auto& alarm : alarms) EXPECT_EQ(alarm->rang, 1);
}

}  // namespace
}  // namespace sluice
