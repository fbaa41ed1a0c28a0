// `sluice completion`: a shell's completion, made from the commands and options that there are.
#pragma once

#include <string>
#include <vector>

namespace sluice::cli {

// A command with what may follow it.
struct CommandWords {
  std::string path;  // "sluice weights set"
  struct Word {
    std::string word;
    std::string what;  // for people
  };
  std::vector<Word> commands;
  struct Option : Word {  // with its dashes
    bool takes_value = false;
  };
  std::vector<Option> options;  // the long ones
};

// `all` holds the root first.
[[nodiscard]] std::string bash_completion(const std::vector<CommandWords>& all);
[[nodiscard]] std::string zsh_completion(const std::vector<CommandWords>& all);
[[nodiscard]] std::string fish_completion(const std::vector<CommandWords>& all);

}  // namespace sluice::cli
