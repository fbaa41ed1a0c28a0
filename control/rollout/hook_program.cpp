#include "control/rollout/hook_program.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "control/rollout/spawn.h"

namespace sluice {
namespace {

constexpr std::size_t kept = 4096;  // bytes of what it prints, the last

}  // namespace

Result<std::unique_ptr<HookProgram>, std::string> HookProgram::start(boost::asio::io_context& io, ProgramStart start,
                                                             std::function<void()> changed) {
  auto spawned = spawn(start.words, start.environment, start.input);
  if (!spawned) return failure(spawned.error());
  return std::unique_ptr<HookProgram>(new HookProgram(io, spawned->pid, spawned->process.release(),
                                              spawned->output.release(), std::move(changed)));
}

HookProgram::HookProgram(boost::asio::io_context& io, pid_t pid, int pid_descriptor, int output,
                 std::function<void()> changed)
    : pid_(pid), process_(io, pid_descriptor), output_(io, output), changed_(std::move(changed)) {
  output_.non_blocking(true);
  await_end(here_);
  read_output(here_);
}

// Until it is reaped its number, which is the group's too, cannot become another's.
HookProgram::~HookProgram() {
  *here_ = false;
  if (reaped_) return;
  signal_group(SIGKILL);
  // A process that the kernel holds is left to init once Sluice ends.
  ::waitpid(pid_, nullptr, ended_ ? 0 : WNOHANG);
}

void HookProgram::await_end(const std::shared_ptr<bool>& here) {
  process_.async_wait(process_.wait_read, [this, here](boost::system::error_code error) {
    if (!*here || error) return;
    ended_ = true;
    changed_();
  });
}

void HookProgram::read_output(const std::shared_ptr<bool>& here) {
  output_.async_read_some(boost::asio::buffer(buffer_), [this, here](boost::system::error_code error,
                                                                     std::size_t size) {
    if (!*here || error == boost::asio::error::operation_aborted) return;
    keep({buffer_.data(), size});
    if (!error) return read_output(here);
    closed_ = true;
    changed_();
  });
}

void HookProgram::keep(std::string_view text) {
  kept_.append(text);
  if (kept_.size() > kept) kept_.erase(0, kept_.size() - kept);
}

void HookProgram::signal_group(int signal) const {
  ::kill(-pid_, signal);
}

ProgramEnd HookProgram::take_end() {
  // What is in the pipe by now; whoever has it open still need not be waited for, nor be read for ever.
  for (int i = 0; i < 64 && !closed_; ++i) {
    const auto size = ::read(output_.native_handle(), buffer_.data(), buffer_.size());
    if (size <= 0) break;
    keep({buffer_.data(), static_cast<std::size_t>(size)});
  }
  ProgramEnd end{.output = kept_};
  int status = 0;
  if (!reaped_ && ::waitpid(pid_, &status, 0) != pid_) return end;
  reaped_ = true;
  if (WIFEXITED(status)) end.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
  return end;
}

}  // namespace sluice
