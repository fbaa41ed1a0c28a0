// Connections to one target that many wait for.
#include "proxy/shared_connections.h"

#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>
#include <stdexcept>

namespace sluice {
namespace {

struct SharedConnectionsTest : testing::Test {
  SharedConnectionsTest() {
    group.slot = slots.intern("group");
    group.state = std::make_shared<GroupState>();
    target.slot = slots.intern("target");
  }

  // Throws once somebody else waits.
  static Awaitable<ConnectedStream> throwing(SharedConnectionsTest& test) {
    while (test.asked < 2) co_await asio::post(test.io, use_awaitable);
    ++test.connects;
    throw std::runtime_error("no descriptors");
  }
  static Awaitable<> ask(SharedConnectionsTest& test) {
    ++test.asked;
    const Connector connector = [&test](auto&&...) { return throwing(test); };
    try {
      Counted room(test.group.state->connections);
      const auto got = co_await test.shared.connect(connector, test.target, test.group, nullptr, std::move(room));
      if (!got) test.failures.push_back(got.error());
    } catch (const std::runtime_error&) {
      ++test.thrown;
    }
  }

  asio::io_context io;
  DeadlineWheel wheel{io};
  BlockPool blocks;
  OutcomeShard outcomes;
  WorkerMetrics metrics{outcomes};
  SlotTable slots;
  TargetGroup group;
  Target target;
  SharedConnections shared{io, wheel, blocks, metrics};
  int asked = 0, connects = 0, thrown = 0;
  std::vector<ErrorCode> failures;
};

TEST_F(SharedConnectionsTest, ConnectorThatThrows_LeavesNobodyWaiting) {
  asio::co_spawn(io, ask(*this), asio::detached);
  asio::co_spawn(io, ask(*this), asio::detached);
  io.run();
  EXPECT_EQ(thrown, 1);
  EXPECT_EQ(failures, std::vector{ErrorCode::upstream_connect_failed});
  asio::co_spawn(io, ask(*this), asio::detached);
  io.restart();
  io.run();
  EXPECT_EQ(connects, 2) << "the next one tries again";
}

}  // namespace
}  // namespace sluice
