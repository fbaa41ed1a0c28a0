#include "control/store/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace sluice {
namespace {

// The holder's process id, as it wrote it; for people.
std::string holder(int fd) {
  std::array<char, 32> text;
  const auto size = ::pread(fd, text.data(), text.size(), 0);
  std::string id(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  id.erase(std::min(id.find_first_not_of("0123456789"), id.size()));
  return id.empty() ? "" : " (process " + id + ")";
}

// Who holds the lock is told on a best-effort basis: on a full disk the lock is as good without.
void write_holder(int fd) {
  const auto id = std::to_string(::getpid()) + "\n";
  if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, id.data(), id.size(), 0) < 0) return;
}

}  // namespace

Result<DirectoryLock, std::string> DirectoryLock::take(const std::string& directory) {
  const auto path = (std::filesystem::path(directory) / "sluice.lock").string();
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return failure("cannot open " + path + ": " + std::strerror(errno));
  DirectoryLock lock(fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return failure("cannot lock " + path + ": " + std::strerror(errno));
    return failure("the state directory " + directory + " is in use by another sluice" + holder(fd) +
                   "; stop it, or give this one a directory of its own");
  }
  write_holder(fd);
  return lock;
}

DirectoryLock::~DirectoryLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace sluice
