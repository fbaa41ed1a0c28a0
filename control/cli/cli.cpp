#include "control/cli/cli.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>

#include "control/cli/command_tree.h"
#include "control/cli/command_words.h"
#include "control/cli/commands.h"
#include "control/cli/completion.h"
#include "control/cli/example_text.h"

namespace sluice {
namespace {

// Not CLI11's envname: all commands have one variable for --admin, and those that were not typed would put
// the environment's value over what was.
std::string from_environment(const char* name, const char* otherwise) {
  const char* told = std::getenv(name);
  return told && *told ? told : otherwise;
}

cli::Proxy default_proxy() {
  return {.url = from_environment("SLUICE_ADMIN", "http://127.0.0.1:9900"),
          .token = from_environment("SLUICE_TOKEN", ""),
          .ca = from_environment("SLUICE_CA", "")};
}

// The words and options of every command; a command that was typed leaves itself in `chosen`.
class CommandLine {
 public:
  explicit CommandLine(const std::function<int(const RunOptions&)>& run) {
    app_.name("sluice");
    const auto words = app_.get_formatter();  // what the commands' own help takes over
    words->label("SUBCOMMAND", "COMMAND");
    words->label("Positionals", "Arguments");
    words->label("REQUIRED", "");
    words->column_width(28);
    app_.set_version_flag("--version", "sluice " SLUICE_VERSION);
    app_.require_subcommand(1);
    app_.footer("Exit codes: 0 done, 1 failed, 2 bad usage, 3 the proxy could not be reached.");
    add_run(run);
    add_check();
    add_status();
    add_weights();
    cli::add_rollout(app_, typed_);
    cli::add_revisions(app_, typed_);
    cli::add_apply_and_diff(app_, typed_);
    cli::add_targets(app_, typed_);
    add_whois();
    add_override();
    add_token();
    add_example();
    add_completion();
    for (auto* command : app_.get_subcommands([](auto*) { return true; })) command->group("Commands");
  }

  CLI::App& app() { return app_; }
  [[nodiscard]] int execute() const { return typed_.chosen(); }

 private:
  void add_run(const std::function<int(const RunOptions&)>& run) {
    auto* command = app_.add_subcommand("run", "Run the proxy and its control plane");
    command->add_option("-c,--config", run_.config, "The configuration file")->required()->type_name("FILE");
    command->add_option("--workers", run_.workers, "Worker threads (default: one per core it may use)")
        ->type_name("N")
        ->check(CLI::Range(1, 1024));
    command
        ->add_option("--state", run_.state,
                     "Where revisions, rollouts and secrets are kept (none: a restart forgets them)")
        ->type_name("DIR");
    command
        ->add_option("--rollout-speed", run_.rollout_speed,
                     "For rehearsals: the times of rollouts pass so many times faster")
        ->type_name("N")
        ->check(CLI::Range(1.0, 100'000.0));
    command->callback([this, run] { typed_.chosen = [this, run] { return run(run_); }; });
  }

  void add_check() {
    auto* command = app_.add_subcommand("check", "Print every problem in a configuration file");
    command->add_option("FILE", file_, "The configuration file")->required()->type_name("");
    command->callback([this] { typed_.chosen = [this] { return cli::check(file_); }; });
  }

  void add_status() {
    auto* command = app_.add_subcommand("status", "Show services, variants, weights and rates");
    command->add_flag("--watch", watch_, "Again every second, until Ctrl-C");
    add_admin(*command);
    command->callback([this] {
      typed_.chosen = [this] {
        return cli::status({typed_.admin, typed_.output, watch_ ? cli::Look::watch : cli::Look::once});
      };
    });
  }

  void add_weights() {
    auto* group = app_.add_subcommand("weights", "Change how a service's requests are split");
    group->require_subcommand(1);
    auto* set = group->add_subcommand("set", "Give every variant of a service its weight");
    set->add_option("SERVICE", weights_.service, "The service")->required()->type_name("");
    set->add_option("WEIGHTS", weights_.weights, "VARIANT=WEIGHT for each variant, as in blue=90 green=10")
        ->required()
        ->type_name("");
    set->add_flag("--abort", abort_, "Take back a rollout that is under way first");
    add_admin(*set);
    set->callback([this] {
      typed_.chosen = [this] {
        weights_.admin = typed_.admin;
        weights_.output = typed_.output;
        weights_.rollouts = abort_ ? cli::Rollouts::abort : cli::Rollouts::refuse;
        return cli::set_weights(weights_);
      };
    });
  }

  void add_whois() {
    auto* command = app_.add_subcommand("whois", "Show which variant and arms a user gets, and why");
    command->add_option("SERVICE", weights_.service, "The service")->required()->type_name("");
    command->add_option("IDENTITY", identity_, "The user's identity: a cookie's value, an id")
        ->required()
        ->type_name("");
    add_admin(*command);
    command->callback([this] {
      typed_.chosen = [this] {
        return cli::whois({typed_.admin, weights_.service, identity_, typed_.output});
      };
    });
  }

  void add_override() {
    auto* group = app_.add_subcommand("override", "Let a tester choose a variant");
    group->require_subcommand(1);
    auto* sign = group->add_subcommand("sign", "Print a signed X-Sluice-Override value");
    sign->add_option("CHOICE", choice_, "SERVICE=VARIANT, as in checkout=green")->required()->type_name("");
    sign->add_option("--for", lasts_, "How long it is good for")
        ->type_name("DURATION")
        ->capture_default_str();
    add_admin(*sign);
    sign->callback([this] {
      typed_.chosen = [this] { return cli::sign_override({typed_.admin, choice_, lasts_, typed_.output}); };
    });
  }

  void add_token() {
    auto* group = app_.add_subcommand("token", "Make tokens for the admin API");
    group->require_subcommand(1);
    auto* made = group->add_subcommand("new", "Print a new token, and its entry for the tokens file");
    made->add_option("--name", token_.name, "Who will have it")->required()->type_name("NAME");
    made->add_option("--role", token_.role, "viewer, operator or admin")
        ->type_name("ROLE")
        ->check(CLI::IsMember({"viewer", "operator", "admin"}).description(""))
        ->capture_default_str();
    made->callback([this] { typed_.chosen = [this] { return cli::new_token(token_); }; });
  }

  void add_example() {
    auto* command = app_.add_subcommand("example", "Print a commented configuration to start from");
    command->add_flag("--full", full_, "Everything that there is");
    command->callback([this] {
      typed_.chosen = [this] {
        std::cout << (full_ ? cli::full_example_text() : cli::example_text());
        return exit_done;
      };
    });
  }

  void add_completion() {
    auto* group = app_.add_subcommand("completion", "Print what completes commands in a shell");
    group->require_subcommand(1);
    using Make = std::string (*)(const std::vector<cli::CommandWords>&);
    const std::pair<const char*, Make> shells[] = {
        {"bash", cli::bash_completion}, {"zsh", cli::zsh_completion}, {"fish", cli::fish_completion}};
    for (const auto& [shell, make] : shells) {
      auto* command = group->add_subcommand(shell, "For " + std::string(shell));
      command->callback([this, make = make] {
        typed_.chosen = [this, make] {
          std::cout << make(cli::words_of(app_));
          return exit_done;
        };
      });
    }
  }

  void add_admin(CLI::App& command) { cli::add_admin(command, typed_); }

  CLI::App app_{"An edge reverse proxy that makes releases safe"};
  RunOptions run_;
  std::string file_, identity_, choice_;
  std::string lasts_ = "1h";
  cli::Typed typed_{.admin = default_proxy(), .output = cli::Output::table, .chosen = {}};
  cli::SetWeights weights_;
  cli::NewToken token_;
  bool full_ = false;
  bool watch_ = false;
  bool abort_ = false;
};

}  // namespace

int run_cli(int argc, const char* const* argv, const std::function<int(const RunOptions&)>& run) {
  CommandLine line(run);
  if (const auto unknown = cli::unknown_word(line.app(), argc, argv))
    return cli::fail(exit_bad_usage, *unknown + "\nsluice --help lists the commands");
  try {
    line.app().parse(argc, argv);
  } catch (const CLI::Success& wanted) {  // --help, --version
    return line.app().exit(wanted);
  } catch (const CLI::ParseError& wrong) {
    if (argc > 1) return cli::fail(exit_bad_usage, std::string(wrong.what()) + "\n--help tells more");
    std::cerr << line.app().help();
    return exit_bad_usage;
  }
  return line.execute();
}

std::vector<std::string> command_names() {
  CommandLine line([](const RunOptions&) { return 0; });
  return cli::names_of(line.app());
}

}  // namespace sluice
