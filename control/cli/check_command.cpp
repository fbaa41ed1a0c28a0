#include <iostream>

#include "control/cli/commands.h"
#include "control/load_config.h"

namespace sluice::cli {
namespace {

std::string counted(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace

int check(const std::string& file) {
  const auto [config, problems] = load_config(file);
  for (const auto& problem : problems) std::cout << config::to_string(file, problem) << '\n';
  if (!problems.empty()) return exit_failed;
  std::cout << file << ": ok: " << counted(config.listeners.size(), "listener") << ", "
            << counted(config.services.size(), "service") << ", "
            << counted(config.target_groups.size(), "target group") << '\n';
  return exit_done;
}

}  // namespace sluice::cli
