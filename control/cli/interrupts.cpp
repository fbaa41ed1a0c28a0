#include "control/cli/interrupts.h"

#include <cerrno>

namespace sluice::cli {

Interrupts::Interrupts() {
  sigemptyset(&awaited_);
  for (const int each : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&awaited_, each);
  pthread_sigmask(SIG_BLOCK, &awaited_, &before_);
}

Interrupts::~Interrupts() {
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool Interrupts::come_within(std::chrono::milliseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  for (;;) {
    const auto left = std::max<std::chrono::nanoseconds>(until - std::chrono::steady_clock::now(), {});
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    const timespec wait{.tv_sec = seconds.count(), .tv_nsec = (left - seconds).count()};
    if (sigtimedwait(&awaited_, nullptr, &wait) > 0) return true;
    if (errno != EINTR) return false;  // EINTR: the process was stopped and goes on
  }
}

}  // namespace sluice::cli
