// A program that runs as a hook: started without a shell, in a process group of its own, with a text as its
// standard input. What it prints is kept in part. Everything here is on the io_context's one thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "control/rollout/hook_answer.h"
#include "routing/result.h"

namespace sluice {

struct ProgramStart {
  std::vector<std::string> words;        // the program and its arguments; without a slash it is found by PATH
  std::vector<std::string> environment;  // "NAME=value": all that it gets
  std::string input;
};

class HookProgram {
 public:
  // `changed` is called when the program has ended, and when nobody has its output open any more: never from
  // inside start(). The error says why there is no such program.
  static Result<std::unique_ptr<HookProgram>, std::string> start(boost::asio::io_context& io, ProgramStart start,
                                                             std::function<void()> changed);
  // Kills the whole group unless its end was taken.
  ~HookProgram();
  HookProgram(const HookProgram&) = delete;
  HookProgram& operator=(const HookProgram&) = delete;

  // Whether the program itself has ended; what it started may go on.
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  // Whether its output is closed too, which is the best sign that nothing of the group is left.
  [[nodiscard]] bool silent() const noexcept { return ended_ && closed_; }
  void signal_group(int signal) const;
  // After ended(): how, with what has been printed until now. What it left running is not touched from then
  // on.
  [[nodiscard]] ProgramEnd take_end();

 private:
  HookProgram(boost::asio::io_context& io, pid_t pid, int pid_descriptor, int output,
          std::function<void()> changed);
  void await_end(const std::shared_ptr<bool>& here);
  void read_output(const std::shared_ptr<bool>& here);
  void keep(std::string_view text);

  pid_t pid_;
  boost::asio::posix::stream_descriptor process_;
  boost::asio::posix::stream_descriptor output_;
  std::function<void()> changed_;
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);  // false once this is gone
  std::array<char, 4096> buffer_{};
  std::string kept_;
  bool ended_ = false;
  bool closed_ = false;
  bool reaped_ = false;
};

}  // namespace sluice
