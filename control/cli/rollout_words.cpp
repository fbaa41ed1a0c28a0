#include <memory>

#include "control/cli/command_words.h"
#include "control/cli/rollout_commands.h"

namespace sluice::cli {
namespace {

// What was typed, until the command runs.
struct Words {
  StartOfRollout start;
  std::string rollout, reason;
  bool wait = false, gradual = false;

  [[nodiscard]] UntilEnd until_end() const { return wait ? UntilEnd::wait : UntilEnd::no; }
};
using Shared = std::shared_ptr<Words>;

CLI::App& add_command(CLI::App& group, const char* name, const char* what, const Shared& words) {
  auto& command = *group.add_subcommand(name, what);
  command.add_option("SERVICE", words->rollout, "The service, or a rollout's id")->required()->type_name("");
  return command;
}

void add_reason(CLI::App& command, std::string& reason) {
  command.add_option("--reason", reason, "Why, for those who read it later")->type_name("TEXT");
}

void add_start(CLI::App& group, Typed& typed, const Shared& words) {
  auto& command = *group.add_subcommand("start", "Move a service's traffic to a variant, step by step");
  auto& start = words->start;
  command.add_option("SERVICE", start.service, "The service")->required()->type_name("");
  command.add_option("--to", start.to, "Where the traffic goes")->required()->type_name("VARIANT");
  command.add_option("--strategy", start.strategy, "One of the configuration's, or a predefined one")
      ->required()
      ->type_name("NAME");
  auto* wait = command.add_flag("--wait", words->wait, "Tell of its progress; 0 only if it succeeded");
  command.add_flag("--dry-run", start.dry_run, "Only print what would happen, and when")->excludes(wait);
  command.add_flag("--observe", start.observe, "Show gates, don't act upon them");
  command.add_flag("--supersede", start.supersede, "Take back one that is under way first");
  command.add_flag("--ignore-freeze", start.ignore_freeze, "Start although releases are frozen");
  add_reason(command, start.reason);
  add_admin(command, typed);
  command.callback([&typed, words] {
    typed.chosen = [&typed, words] {
      auto options = words->start;
      options.admin = typed.admin;
      options.output = typed.output;
      options.until_end = words->until_end();
      return start_rollout(options);
    };
  });
}

void add_status(CLI::App& group, Typed& typed, const Shared& words) {
  auto& command = add_command(group, "status", "Show its plan, where it is and why", words);
  command.add_flag("--wait", words->wait, "Tell of its progress; 0 only if it succeeded");
  add_admin(command, typed);
  command.callback([&typed, words] {
    typed.chosen = [&typed, words] {
      return show_rollout({typed.admin, words->rollout, words->until_end(), typed.output});
    };
  });
}

void add_history(CLI::App& group, Typed& typed, const Shared& words) {
  auto& command = add_command(group, "history", "List a service's rollouts, the newest first", words);
  add_admin(command, typed);
  command.callback([&typed, words] {
    typed.chosen = [&typed, words] {
      return rollout_history({typed.admin, words->rollout, UntilEnd::no, typed.output});
    };
  });
}

CLI::App& add_steering(CLI::App& group, Typed& typed, const Shared& words, const std::string& verb,
                       const char* what) {
  auto& command = add_command(group, verb.c_str(), what, words);
  add_reason(command, words->reason);
  add_admin(command, typed);
  command.callback([&typed, words, verb] {
    typed.chosen = [&typed, words, verb] {
      return steer_rollout({typed.admin, words->rollout, verb + (words->gradual ? "?gradual=true" : ""),
                            words->reason, typed.output});
    };
  });
  return command;
}

}  // namespace

void add_rollout(CLI::App& root, Typed& typed) {
  const auto words = std::make_shared<Words>();
  auto& group = *root.add_subcommand("rollout", "Release a variant step by step");
  group.require_subcommand(1);
  add_start(group, typed, words);
  add_status(group, typed, words);
  add_steering(group, typed, words, "pause", "Stay where it is until somebody says go on");
  add_steering(group, typed, words, "resume", "Go on after a pause");
  add_steering(group, typed, words, "promote", "Go on to what comes next without waiting");
  add_steering(group, typed, words, "approve", "Give the approval that it waits for");
  add_steering(group, typed, words, "abort", "Take it back, at once")
      .add_flag("--gradual", words->gradual, "Down the steps that it came up by");
  add_history(group, typed, words);
}

}  // namespace sluice::cli
