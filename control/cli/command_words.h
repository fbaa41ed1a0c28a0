// Words and options of the commands, as the tree of commands has them; cli.cpp puts the tree together.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "control/cli/commands.h"

namespace sluice::cli {

// What all commands share; a command that was typed leaves itself in `chosen`.
struct Typed {
  Proxy admin;
  Output output = Output::table;
  std::function<int()> chosen;
};

// --admin, --token, --ca and -o.
void add_admin(CLI::App& command, Typed& typed);

// `typed` must outlive the tree.
void add_rollout(CLI::App& root, Typed& typed);
void add_revisions(CLI::App& root, Typed& typed);
void add_apply_and_diff(CLI::App& root, Typed& typed);
void add_targets(CLI::App& root, Typed& typed);

}  // namespace sluice::cli
