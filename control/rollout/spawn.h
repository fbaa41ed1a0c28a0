// Starts a program without a shell. Used by program.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "routing/result.h"

namespace sluice {

// A descriptor that is closed with its owner.
class OwnedDescriptor {
 public:
  explicit OwnedDescriptor(int value) noexcept : value_(value) {}
  ~OwnedDescriptor();
  OwnedDescriptor(OwnedDescriptor&& other) noexcept : value_(other.release()) {}
  OwnedDescriptor& operator=(OwnedDescriptor&&) = delete;

  [[nodiscard]] int get() const noexcept { return value_; }
  [[nodiscard]] int release() noexcept;

 private:
  int value_;
};

struct Spawned {
  pid_t pid = 0;
  OwnedDescriptor process;  // readable when it has ended (pidfd)
  OwnedDescriptor output;   // the end of the pipe that its stdout and stderr write to
};

// In a process group of its own, with default signals, these descriptors and no others.
[[nodiscard]] Result<Spawned, std::string> spawn(const std::vector<std::string>& words,
                                                 const std::vector<std::string>& environment,
                                                 const std::string& input);

}  // namespace sluice
