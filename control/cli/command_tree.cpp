#include "control/cli/command_tree.h"

#include <algorithm>

#include "control/did_you_mean.h"

namespace sluice::cli {
namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](auto*) { return true; });
}

void collect_words(const CLI::App& app, const std::string& path, std::vector<CommandWords>& all) {
  CommandWords words{.path = path, .commands = {}, .options = {}};
  for (const auto* each : commands_of(app))
    words.commands.push_back({each->get_name(), each->get_description()});
  for (const auto* option : app.get_options())
    for (const auto& name : option->get_lnames())
      words.options.push_back(
          {{"--" + name, option->get_description()}, option->get_items_expected_max() > 0});
  all.push_back(std::move(words));
  for (const auto* each : commands_of(app)) collect_words(*each, path + " " + each->get_name(), all);
}

void collect_names(const CLI::App& app, const std::string& prefix, std::vector<std::string>& names) {
  for (const auto* command : commands_of(app)) {
    const auto name = prefix + command->get_name();
    if (commands_of(*command).empty()) names.push_back(name);
    collect_names(*command, name + " ", names);
  }
}

}  // namespace

std::optional<std::string> unknown_word(const CLI::App& root, int argc, const char* const* argv) {
  const auto* app = &root;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto commands = commands_of(*app);
    if (commands.empty()) return {};
    if (word.starts_with('-')) {
      if (app->get_option_no_throw(word.substr(0, word.find('=')))) return {};
      return "no option `" + word + "`";
    }
    const auto found = std::ranges::find(commands, word, [](const auto* each) { return each->get_name(); });
    if (found == commands.end()) {
      std::vector<std::string> names;
      for (const auto* each : commands) names.push_back(each->get_name());
      return "no command `" + word + "`" + config::did_you_mean(word, names);
    }
    app = *found;
  }
  if (app == &root || commands_of(*app).empty()) return {};
  std::string names;
  for (const auto* each : commands_of(*app)) names += (names.empty() ? "" : ", ") + each->get_name();
  return "`" + app->get_name() + "` needs one more word: " + names;
}

std::vector<std::string> names_of(const CLI::App& root) {
  std::vector<std::string> names;
  collect_names(root, "", names);
  return names;
}

std::vector<CommandWords> words_of(const CLI::App& root) {
  std::vector<CommandWords> all;
  collect_words(root, root.get_name(), all);
  return all;
}

}  // namespace sluice::cli
