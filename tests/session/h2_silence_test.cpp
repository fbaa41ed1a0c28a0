// How long a target that speaks HTTP/2 may be silent while somebody waits for it: what we say ourselves is no
// sign of its life.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/detached.hpp>

#include "proxy/upstream_h2.h"

namespace sluice::session {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;

constexpr auto settings = "\0\0\0\4\0\0\0\0\0"sv;
constexpr auto pong = "\0\0\10\6\1\0\0\0\0\0\0\0\0\0\0\0\0"sv;

class H2Silence : public testing::Test, public UpstreamH2Connection::Keeper {
 protected:
  H2Silence() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    target_ = ends[1];
    connection_ = std::make_unique<UpstreamH2Connection>(io_, wheel_, blocks_,
                                                         std::make_unique<PlainStream>(io_, wheel_, ends[0]),
                                                         group_, *this, cell_, Counted());
    connection_->start();
    asio::co_spawn(io_.get_executor(), wheel_.run(), asio::detached);
    target_says(settings);
  }
  ~H2Silence() override {
    upstream_.reset();
    ::close(target_);
    io_.run_for(1s);  // the connection notices, and ends
    EXPECT_EQ(connection_, nullptr);
  }

  void connection_ended(UpstreamH2Connection&) noexcept override {
    connection_.reset();
    wheel_.stop();
  }
  void target_says(std::string_view text) {
    EXPECT_EQ(::send(target_, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
    pass(10ms);
  }
  void we_say_something() {
    connection_->pump();
    pass(10ms);
  }
  void pass(Clock::duration time) { io_.run_for(time); }
  [[nodiscard]] Clock::time_point deadline() { return connection_->deadline(); }

  asio::io_context io_;
  DeadlineWheel wheel_{io_};
  BlockPool blocks_;
  TargetGroup group_;
  GroupCell cell_;
  int target_ = -1;
  std::unique_ptr<UpstreamH2Connection> connection_;
  std::unique_ptr<Upstream> upstream_;
};

TEST_F(H2Silence, OurOwnTraffic_PutsNoPingOff) {
  upstream_ = connection_->open();
  we_say_something();
  const auto due = deadline();
  EXPECT_LT(due, Clock::now() + 16s);
  pass(3 * DeadlineWheel::tick);
  we_say_something();
  EXPECT_EQ(deadline(), due);
}

TEST_F(H2Silence, TrafficOfTheTarget_PutsItOff) {
  upstream_ = connection_->open();
  we_say_something();
  const auto due = deadline();
  pass(3 * DeadlineWheel::tick);
  target_says(settings);
  EXPECT_GT(deadline(), due);
}

TEST_F(H2Silence, FirstExchangeAfterALongRest_IsNoReasonToAskAtOnce) {
  pass(3 * DeadlineWheel::tick);
  const auto begun = wheel_.now();
  upstream_ = connection_->open();
  we_say_something();
  EXPECT_GE(deadline(), begun + 15s);
}

TEST_F(H2Silence, PingWithoutAnAnswer_IsNotPutOffByOurOwnTrafficEither) {
  upstream_ = connection_->open();
  we_say_something();
  wheel_.ring_all();  // the fifteen seconds are over
  pass(10ms);
  ASSERT_TRUE(connection_->session().is_pinging());
  const auto due = deadline();
  pass(3 * DeadlineWheel::tick);
  we_say_something();
  EXPECT_EQ(deadline(), due);
  wheel_.ring_all();
  pass(10ms);
  EXPECT_TRUE(upstream_->connection_failed());
}

// As servers of gRPC want it.
TEST_F(H2Silence, TargetThatOnlyAnswersPings_IsAskedTwiceAndThenRarely) {
  upstream_ = connection_->open();
  we_say_something();
  for (int i = 0; i < 2; ++i) {
    EXPECT_LT(deadline(), Clock::now() + 16s);
    wheel_.ring_all();
    pass(10ms);
    ASSERT_TRUE(connection_->session().is_pinging());
    target_says(pong);
    EXPECT_FALSE(connection_->session().is_pinging());
  }
  EXPECT_GT(deadline(), Clock::now() + 5min);
}

}  // namespace
}  // namespace sluice::session
