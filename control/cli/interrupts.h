// Ctrl-C, and being told to end, while a command waits for something: the command says its last word instead
// of being killed. One at a time; for the thread that made it, while the process has no other.
#pragma once

#include <chrono>
#include <csignal>

namespace sluice::cli {

class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // Waits for so long; true, and at once, if somebody has interrupted.
  [[nodiscard]] bool come_within(std::chrono::milliseconds time);

 private:
  sigset_t awaited_{}, before_{};
};

}  // namespace sluice::cli
