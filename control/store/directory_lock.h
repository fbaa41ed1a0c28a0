// One process at a time has a state directory: a lock on DIR/sluice.lock, which the kernel gives back however
// the process ends.
#pragma once

#include <string>
#include <utility>

#include "routing/result.h"

namespace sluice {

class DirectoryLock {
 public:
  // The error names the process that has it.
  [[nodiscard]] static Result<DirectoryLock, std::string> take(const std::string& directory);

  DirectoryLock(DirectoryLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int fd) : fd_(fd) {}

  int fd_;
};

}  // namespace sluice
