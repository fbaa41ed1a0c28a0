// The checks of one target, one after the other, for as long as it is to be checked: waits for its turn,
// asks, tells. Prober thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>

#include "health/check_schedule.h"
#include "health/check_target.h"

namespace sluice {

class Probe : public std::enable_shared_from_this<Probe> {
 public:
  using Tell = std::function<void(const CheckResult&)>;

  // `phase`: its place among all (check_schedule.h). `tell` is called after each check until stop().
  Probe(boost::asio::io_context& io, double phase, Tell tell);

  // What to ask from now on. Begins the checks; a question that differs begins them anew, and a check that is
  // going on has its say no more.
  void ask(PreparedCheck check);
  // Ends them.
  void stop();

 private:
  static boost::asio::awaitable<void> run(std::shared_ptr<Probe> self);
  boost::asio::awaitable<CheckResult> check_once(std::shared_ptr<const PreparedCheck> check);
  void give_up();

  boost::asio::io_context& io_;
  double phase_;
  Tell tell_;
  CheckSchedule schedule_;
  std::shared_ptr<const PreparedCheck> check_;  // null: it has been stopped, or has not begun
  boost::asio::steady_timer timer_;             // to the next check, or to the end of the one that goes on
  boost::asio::ip::tcp::socket socket_;
  bool timed_out_ = false;
};

}  // namespace sluice
