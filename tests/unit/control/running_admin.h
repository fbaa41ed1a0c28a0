// A whole admin server on a thread of its own and a free port, for the tests of sockets and commands.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <thread>

#include "control/api/admin_server.h"
#include "tests/unit/control/admin_fixture.h"

namespace sluice {

class RunningAdmin : public testing::Test {
 protected:
  RunningAdmin() {
    EXPECT_TRUE(applied(revisions_, config_of(quickstart)));
    EXPECT_TRUE(server_.listen("127.0.0.1:0"));
    port_ = server_.port();
    thread_ = std::thread([this] { io_.run(); });
  }
  ~RunningAdmin() override {
    stop();
    work_.reset();
    thread_.join();  // ends by itself: a stopped server has nothing left to do
  }

  void stop() {
    on_thread([this] { server_.stop(); });
  }
  // Runs it where the server runs, and waits.
  template <class F>
  void on_thread(F f) {
    std::promise<void> done;
    boost::asio::post(io_, [&] {
      f();
      done.set_value();
    });
    done.get_future().wait();
  }

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
  Revisions revisions_{[](auto) { return Result<void, std::string>(); }};
  Outcomes outcomes_;
  EventLog events_;
  bool ready_ = true;
  Engine rollouts_{parts_without_hooks(io_, revisions_, outcomes_)};
  AdminServer server_{io_,
                      {.revisions = revisions_,
                       .rollouts = rollouts_,
                       .outcomes = outcomes_,
                       .events = events_,
                       .ready = [this] { return ready_; }}};
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace sluice
