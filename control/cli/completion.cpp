#include "control/cli/completion.h"

namespace sluice::cli {
namespace {

// In single quotes of a shell; `quote` is how it writes one inside.
std::string quoted(const std::string& text, const std::string& quote) {
  std::string all = "'";
  for (const char c : text) {
    if (c == '\'')
      all += quote;
    else
      all += c;
  }
  return all + "'";
}

// The patterns of a case that takes the words so far one command further.
std::string paths_of(const std::vector<CommandWords>& all) {
  std::string paths;
  for (const auto& each : all)
    if (&each != &all.front()) paths += (paths.empty() ? "\"" : " | \"") + each.path + "\"";
  return paths;
}

template <class Words>
std::string joined(const Words& words) {
  std::string text;
  for (const auto& each : words) text += (text.empty() ? "" : " ") + each.word;
  return text;
}

// The words after the command's path, for fish's `-n`.
std::string condition(const CommandWords& words) {
  return "complete -c sluice -n '__sluice_at \"" + words.path + "\"'";
}

}  // namespace

std::string bash_completion(const std::vector<CommandWords>& all) {
  std::string text =
      "# source <(sluice completion bash)\n"
      "_sluice() {\n"
      "  local at=sluice word commands= options=\n"
      "  local current=${COMP_WORDS[COMP_CWORD]}\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case \"$at $word\" in\n"
      "      " +
      paths_of(all) +
      ") at=\"$at $word\" ;;\n"
      "    esac\n"
      "  done\n"
      "  case \"$at\" in\n";
  for (const auto& each : all)
    text += "    \"" + each.path + "\") commands=\"" + joined(each.commands) + "\" options=\"" +
            joined(each.options) + "\" ;;\n";
  return text +
         "  esac\n"
         "  if [[ $current == -* ]]; then commands=$options; fi\n"
         "  COMPREPLY=($(compgen -W \"$commands\" -- \"$current\"))\n"
         "}\n"
         "complete -o default -F _sluice sluice\n";
}

std::string zsh_completion(const std::vector<CommandWords>& all) {
  const auto entries = [](const auto& words) {
    std::string text;
    for (const auto& each : words) text += " " + quoted(each.word + ":" + each.what, R"('\'')");
    return text;
  };
  std::string text =
      "#compdef sluice\n"
      "# source <(sluice completion zsh)\n"
      "_sluice() {\n"
      "  local at=sluice word\n"
      "  local -a commands options\n"
      "  for word in ${words[2,CURRENT-1]}; do\n"
      "    case \"$at $word\" in\n"
      "      " +
      paths_of(all) +
      ") at=\"$at $word\" ;;\n"
      "    esac\n"
      "  done\n"
      "  case \"$at\" in\n";
  for (const auto& each : all)
    text += "    \"" + each.path + "\") commands=(" + entries(each.commands) + ") options=(" +
            entries(each.options) + ") ;;\n";
  return text +
         "  esac\n"
         "  if [[ $PREFIX == -* ]]; then _describe -o option options\n"
         "  elif (( $#commands )); then _describe command commands\n"
         "  else _files\n"
         "  fi\n"
         "}\n"
         "compdef _sluice sluice\n";
}

std::string fish_completion(const std::vector<CommandWords>& all) {
  std::string paths;
  for (const auto& each : all)
    if (&each != &all.front()) paths += " \"" + each.path + "\"";
  std::string text =
      "# sluice completion fish | source\n"
      "function __sluice_at\n"
      "  set -l at sluice\n"
      "  for word in (commandline -opc)[2..-1]\n"
      "    contains -- \"$at $word\"" +
      paths +
      "; and set at \"$at $word\"\n"
      "  end\n"
      "  test \"$at\" = $argv[1]\n"
      "end\n";
  for (const auto& each : all) {
    for (const auto& command : each.commands)
      text += condition(each) + " -f -a " + command.word + " -d " + quoted(command.what, R"(\')") + "\n";
    for (const auto& option : each.options)
      text += condition(each) + " -l " + option.word.substr(2) + (option.takes_value ? " -r" : "") + " -d " +
              quoted(option.what, R"(\')") + "\n";
  }
  return text;
}

}  // namespace sluice::cli
