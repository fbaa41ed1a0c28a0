// The command line: what the user typed becomes one call of a command. main calls run_cli and returns what it
// returns.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sluice {

struct RunOptions {
  std::string config;
  std::optional<unsigned> workers;  // none: as many as cores
  std::string state;                // a directory; empty: in memory
  double rollout_speed = 1;         // times of rollouts pass so many times faster
};

// The exit codes of every command.
enum ExitCode : int { exit_done = 0, exit_failed = 1, exit_bad_usage = 2, exit_not_reachable = 3 };

// `run` is the proxy itself, which control must not know. Returns the exit code.
[[nodiscard]] int run_cli(int argc, const char* const* argv,
                          const std::function<int(const RunOptions&)>& run);

// Every command as it is typed, "weights set" and so on; the documentation must describe each.
[[nodiscard]] std::vector<std::string> command_names();

}  // namespace sluice
