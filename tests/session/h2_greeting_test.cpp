// The first bytes of a client that speaks HTTP/2: its greeting and its first request come as the network cuts
// them.
#include <gtest/gtest.h>

#include "tests/session/running_worker.h"

namespace sluice::session {
namespace {

using namespace std::string_view_literals;

constexpr auto greeting =
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    "\0\0\0\4\0\0\0\0\0"sv;
// GET, http, / and an authority of one byte.
constexpr auto request =
    "\0\0\6\1\5\0\0\0\1"
    "\x82\x86\x84\x41\1a"sv;
constexpr auto answer_of_200 = "\1\4\0\0\0\1\x88"sv;  // HEADERS of stream 1, after their size

class H2Greeting : public RunningWorker {
 protected:
  void SetUp() override {
    settings.listener = [](Listener& listener) { listener.h2c = true; };
    begin();
  }
  void catch_up() const {
    for (int turn = 0; turn < 4; ++turn) {
      std::promise<void> done;
      asio::post(worker->io(), [&] { done.set_value(); });
      done.get_future().wait();
    }
  }
};

TEST_F(H2Greeting, FirstRequestThatIsCutAnywhere_IsServed) {
  const auto all = std::string(greeting) + std::string(request);
  for (auto cut = greeting.size(); cut < all.size(); ++cut) {
    auto user = client();
    user.say(all.substr(0, cut));
    catch_up();
    user.say(all.substr(cut));
    auto serving = origin.accept();
    std::ignore = serving.hear("\r\n\r\n");
    serving.say(ok);
    EXPECT_NE(user.hear(answer_of_200), "") << cut;
  }
}

}  // namespace
}  // namespace sluice::session
