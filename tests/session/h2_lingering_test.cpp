// A client's HTTP/2 connection that is over but for the goodbye, which is waited for: whatever its worker
// wants of it then, it is told nothing any more, and its end is the last that is done with it.
#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <future>

#include "proxy/worker.h"
#include "tests/session/blocking_peer.h"
#include "tests/session/revision.h"

namespace sluice::session {
namespace {

using namespace std::string_view_literals;

// The preface, SETTINGS, and a GOAWAY: nothing is asked for.
constexpr auto greeting_and_goodbye =
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    "\0\0\0\4\0\0\0\0\0"
    "\0\0\10\7\0\0\0\0\0\0\0\0\0\0\0\0\0"sv;

class H2Lingering : public testing::Test {
 protected:
  void SetUp() override {
    settings_.listener = [](Listener& listener) { listener.h2c = true; };
    published_ = make_revision(slots_, settings_);
    worker_.start();
    worker_.publish(published_);
    catch_up();
  }
  void TearDown() override {
    if (!worker_.finished()) worker_.enter(Phase::draining);
    worker_.cut_off();
    worker_.join();
  }

  // The worker has done what was asked of it, and what that made it do.
  void catch_up() {
    for (int turn = 0; turn < 4; ++turn) {
      std::promise<void> done;
      asio::post(worker_.io(), [&] { done.set_value(); });
      done.get_future().wait();
    }
  }
  // A client that has left and goes on to hold its end of the connection.
  [[nodiscard]] BlockingPeer lingering_client() {
    auto client = BlockingPeer::connect(published_->listeners[0].sockets->port());
    client.say(greeting_and_goodbye);
    EXPECT_NE(client.hear_to_the_end(), "");
    catch_up();
    EXPECT_EQ(connections(), 1U);
    return client;
  }
  [[nodiscard]] unsigned connections() const { return published_->listeners[0].sockets->connections; }

  SlotTable slots_;
  Outcomes outcomes_;
  RevisionSettings settings_;
  std::shared_ptr<const Published> published_;
  Worker worker_{0, outcomes_.add_shard(), nullptr};
};

TEST_F(H2Lingering, Overload_HasNothingToSayToIt) {
  const auto client = lingering_client();
  worker_.enter(Load::too_much);
  catch_up();
  EXPECT_EQ(connections(), 1U) << "a second goodbye, into a socket that is shut, would be its end";
}

TEST_F(H2Lingering, Drain_WaitsForTheRestOfIt) {
  auto client = lingering_client();
  worker_.enter(Phase::draining);
  catch_up();
  EXPECT_EQ(connections(), 1U);
  EXPECT_FALSE(worker_.finished());
}

TEST_F(H2Lingering, CutOff_IsItsEnd) {
  const auto client = lingering_client();
  worker_.enter(Phase::draining);
  worker_.cut_off();
  worker_.join();
  EXPECT_EQ(connections(), 0U);
}

}  // namespace
}  // namespace sluice::session
