#include <memory>

#include "control/cli/command_words.h"

namespace sluice::cli {
namespace {

// What was typed, until the command runs.
struct Words {
  std::string group, target, lasts;
  bool wait = false;
};
using Shared = std::shared_ptr<Words>;

void add_target(CLI::App& command, const Shared& words) {
  command.add_option("GROUP", words->group, "The target group")->required()->type_name("");
  command.add_option("TARGET", words->target, "Its address, as in 10.0.1.10:8000")->required()->type_name("");
}

void add_list(CLI::App& group, Typed& typed, const Shared& words) {
  auto& command = *group.add_subcommand("list", "Show target groups, their targets and how these are");
  command.add_option("GROUP", words->group, "Only this target group")->type_name("");
  add_admin(command, typed);
  command.callback([&typed, words] {
    typed.chosen = [&typed, words] { return list_targets({typed.admin, words->group, typed.output}); };
  });
}

void add_drain(CLI::App& group, Typed& typed, const Shared& words) {
  auto& command = *group.add_subcommand("drain", "Send a target no new request; finish those in flight");
  add_target(command, words);
  add_admin(command, typed);
  command.add_option("--for", words->lasts, "How long those in flight have (default: as the group says)")
      ->type_name("DURATION");
  command.add_flag("--wait", words->wait,
                   "Return when nothing is in flight any more; 1 if time was up before");
  command.callback([&typed, words] {
    typed.chosen = [&typed, words] {
      const auto wait = words->wait ? Wait::until_idle : Wait::no;
      return drain_target({typed.admin, words->group, words->target, words->lasts, wait, typed.output});
    };
  });
}

void add_undrain(CLI::App& group, Typed& typed, const Shared& words) {
  auto& command = *group.add_subcommand("undrain", "Send a drained target requests again");
  add_target(command, words);
  add_admin(command, typed);
  command.callback([&typed, words] {
    typed.chosen = [&typed, words] {
      return undrain_target({typed.admin, words->group, words->target, typed.output});
    };
  });
}

}  // namespace

void add_targets(CLI::App& root, Typed& typed) {
  const auto words = std::make_shared<Words>();
  auto& group = *root.add_subcommand("targets", "Show targets, take one out of service and back");
  group.require_subcommand(1);
  add_list(group, typed, words);
  add_drain(group, typed, words);
  add_undrain(group, typed, words);
}

}  // namespace sluice::cli
