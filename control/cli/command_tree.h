// What the tree of commands knows of itself: for completion, for the documentation, and for words that are
// none.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "control/cli/completion.h"

namespace sluice::cli {

// What to say about the first word that is no command or is missing, if there is one: CLI11 would only miss a
// subcommand.
[[nodiscard]] std::optional<std::string> unknown_word(const CLI::App& root, int argc,
                                                      const char* const* argv);

// Every command as it is typed, "weights set".
[[nodiscard]] std::vector<std::string> names_of(const CLI::App& root);

// The root and all below it.
[[nodiscard]] std::vector<CommandWords> words_of(const CLI::App& root);

}  // namespace sluice::cli
