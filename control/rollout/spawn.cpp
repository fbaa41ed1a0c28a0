#include "control/rollout/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace sluice {
namespace {

std::string why(const std::string& what, int error) {
  return "cannot " + what + ": " + std::strerror(error);
}

// A file in memory: the program may read it or not, and nobody waits for it.
Result<OwnedDescriptor, std::string> input_file(const std::string& text) {
  OwnedDescriptor file(memfd_create("hook", MFD_CLOEXEC));
  if (file.get() < 0) return failure(why("keep the input", errno));
  for (std::size_t done = 0; done < text.size();) {
    const auto size = ::write(file.get(), text.data() + done, text.size() - done);
    if (size < 0) return failure(why("keep the input", errno));
    done += static_cast<std::size_t>(size);
  }
  if (::lseek(file.get(), 0, SEEK_SET) != 0) return failure(why("keep the input", errno));
  return file;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const auto& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

class Attributes {
 public:
  Attributes() {
    posix_spawnattr_init(&value);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&value, &signals);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&value, &signals);  // the proxy ignores SIGPIPE
    posix_spawnattr_setpgroup(&value, 0);
    posix_spawnattr_setflags(&value,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~Attributes() { posix_spawnattr_destroy(&value); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;

  posix_spawnattr_t value;
};

class Files {
 public:
  Files(int input, int output) {
    posix_spawn_file_actions_init(&value);
    posix_spawn_file_actions_adddup2(&value, input, 0);
    posix_spawn_file_actions_adddup2(&value, output, 1);
    posix_spawn_file_actions_adddup2(&value, output, 2);
    posix_spawn_file_actions_addclosefrom_np(&value, 3);  // not every socket of the proxy is close-on-exec
  }
  ~Files() { posix_spawn_file_actions_destroy(&value); }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  posix_spawn_file_actions_t value;
};

// glibc 2.36 declares it without C linkage.
int open_process(pid_t pid) {
  return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

void end_at_once(pid_t pid) {
  ::kill(-pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
}

}  // namespace

OwnedDescriptor::~OwnedDescriptor() {
  if (value_ >= 0) ::close(value_);
}

int OwnedDescriptor::release() noexcept {
  return std::exchange(value_, -1);
}

Result<Spawned, std::string> spawn(const std::vector<std::string>& words,
                                   const std::vector<std::string>& environment, const std::string& input) {
  const auto file = input_file(input);
  if (!file) return failure(file.error());
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return failure(why("make a pipe", errno));
  OwnedDescriptor reader(ends[0]);
  const OwnedDescriptor writer(ends[1]);
  const Attributes attributes;
  const Files files(file->get(), writer.get());
  auto arguments = pointers(words);
  auto variables = pointers(environment);
  pid_t pid = 0;
  const int error = ::posix_spawnp(&pid, words.front().c_str(), &files.value, &attributes.value,
                                   arguments.data(), variables.data());
  if (error != 0) return failure(why("run " + words.front(), error));
  OwnedDescriptor process(open_process(pid));
  if (process.get() < 0) {
    const int reason = errno;
    end_at_once(pid);
    return failure(why("watch " + words.front(), reason));
  }
  return Spawned{pid, std::move(process), std::move(reader)};
}

}  // namespace sluice
