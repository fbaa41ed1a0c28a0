// A pause of an exchange: ends with its time, or when the connection says that there is nobody to wait for.
#include "proxy/pause.h"

#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>

namespace sluice {
namespace {

using namespace std::chrono_literals;

struct PauseTest : testing::Test {
  asio::io_context io;
  DeadlineWheel wheel{io};
  Exchange exchange;
  std::optional<Wake> woken;

  static Awaitable<> wait(PauseTest& test, Clock::duration time) {
    Pause pause(test.wheel, test.exchange);
    test.woken = co_await pause.wait(time);
  }
  void begin(Clock::duration time) {
    asio::co_spawn(io, wheel.run(), asio::detached);
    asio::co_spawn(io, wait(*this, time), asio::detached);
    io.poll();
  }
};

TEST_F(PauseTest, LeftAlone_EndsWhenItsTimeIsOver) {
  const auto begun = Clock::now();
  begin(60ms);
  EXPECT_NE(exchange.pause, nullptr);
  while (!woken) io.run_one();
  EXPECT_EQ(woken, Wake::timed_out);
  EXPECT_GE(Clock::now() - begun, 60ms);
  EXPECT_EQ(exchange.pause, nullptr);
}

TEST_F(PauseTest, Cancelled_EndsAtOnce) {
  begin(1h);
  exchange.pause->cancel();
  io.poll();
  EXPECT_EQ(woken, Wake::cancelled);
  EXPECT_EQ(exchange.pause, nullptr);
}

}  // namespace
}  // namespace sluice
