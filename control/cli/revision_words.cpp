#include <memory>

#include "control/cli/command_words.h"
#include "control/cli/revision_commands.h"

namespace sluice::cli {
namespace {

// What was typed, until the command runs.
struct Words {
  unsigned limit = 20;
  std::uint64_t revision = 0;
  std::string reason, file;
  bool config = false, abort = false;

  [[nodiscard]] Rollouts rollouts() const { return abort ? Rollouts::abort : Rollouts::refuse; }
};
using Shared = std::shared_ptr<Words>;

void add_abort(CLI::App& command, const Shared& words) {
  command.add_flag("--abort", words->abort, "Take back rollouts that are under way first");
}

void add_revision(CLI::App& command, const Shared& words) {
  command.add_option("N", words->revision, "The revision's number")->required()->type_name("");
}

void add_file(CLI::App& command, const Shared& words) {
  command.add_option("FILE", words->file, "The configuration file; - is standard input")
      ->required()
      ->type_name("");
}

void add_list(CLI::App& group, Typed& typed, const Shared& words) {
  auto& command = *group.add_subcommand("list", "List what was changed, by whom and why, the newest first");
  command.add_option("--limit", words->limit, "At most so many")
      ->type_name("N")
      ->check(CLI::Range(1, 100'000).description(""))
      ->capture_default_str();
  add_admin(command, typed);
  command.callback([&typed, words] {
    typed.chosen = [&typed, words] { return list_revisions({typed.admin, words->limit, typed.output}); };
  });
}

void add_show(CLI::App& group, Typed& typed, const Shared& words) {
  auto& command = *group.add_subcommand("show", "Show one: what it changed, and its splits");
  add_revision(command, words);
  command.add_flag("--config", words->config, "Only its configuration, as it was written");
  add_admin(command, typed);
  command.callback([&typed, words] {
    typed.chosen = [&typed, words] {
      return show_revision({typed.admin, words->revision, words->config, typed.output});
    };
  });
}

void add_rollback(CLI::App& group, Typed& typed, const Shared& words) {
  auto& command = *group.add_subcommand("rollback", "Make all as it was in a revision: a new revision");
  add_revision(command, words);
  command.add_option("--reason", words->reason, "Why, for those who read it later")->type_name("TEXT");
  add_abort(command, words);
  add_admin(command, typed);
  command.callback([&typed, words] {
    typed.chosen = [&typed, words] {
      return roll_back({typed.admin, words->revision, words->reason, words->rollouts(), typed.output});
    };
  });
}

}  // namespace

void add_revisions(CLI::App& root, Typed& typed) {
  const auto words = std::make_shared<Words>();
  auto& group = *root.add_subcommand("revisions", "Show what was changed, and go back to any of it");
  group.require_subcommand(1);
  add_list(group, typed, words);
  add_show(group, typed, words);
  add_rollback(group, typed, words);
}

void add_apply_and_diff(CLI::App& root, Typed& typed) {
  const auto words = std::make_shared<Words>();
  auto& apply = *root.add_subcommand("apply", "Make a configuration file the one in force");
  add_file(apply, words);
  add_abort(apply, words);
  add_admin(apply, typed);
  apply.callback([&typed, words] {
    typed.chosen = [&typed, words] {
      return apply_file({typed.admin, words->file, words->rollouts(), typed.output});
    };
  });
  auto& diff = *root.add_subcommand("diff", "Show what applying a file would change; 0 if nothing");
  add_file(diff, words);
  add_admin(diff, typed);
  diff.callback([&typed, words] {
    typed.chosen = [&typed, words] {
      return diff_file({typed.admin, words->file, Rollouts::refuse, typed.output});
    };
  });
}

}  // namespace sluice::cli
