#include "control/warm_up_timer.h"

namespace sluice {

void WarmUpTimer::arm() {
  const auto next = revisions_.next_step();
  if (!next) {
    timer_.cancel();
    return;
  }
  timer_.expires_at(*next);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    revisions_.step(std::chrono::steady_clock::now());
    arm();
  });
}

}  // namespace sluice
