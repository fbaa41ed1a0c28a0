// The commands behind the words: each prints what it found and returns the exit code.
#pragma once

#include <string>
#include <vector>

#include "control/cli/cli.h"
#include "control/cli/proxy.h"

namespace sluice::cli {

enum class Output { table, json };

// Prints "sluice: what" on stderr and returns `code`.
[[nodiscard]] int fail(ExitCode code, const std::string& what);

[[nodiscard]] int check(const std::string& file);

enum class Look { once, watch };
struct ShowStatus {
  Proxy admin;
  Output output = Output::table;
  Look look = Look::once;
};
[[nodiscard]] int status(const ShowStatus& options);

// What is done about a rollout that is in the way of a change.
enum class Rollouts { refuse, abort };

struct SetWeights {
  Proxy admin;
  std::string service;
  std::vector<std::string> weights;  // "blue=90"
  Output output = Output::table;
  Rollouts rollouts = Rollouts::refuse;
};
[[nodiscard]] int set_weights(const SetWeights& options);

struct ListTargets {
  Proxy admin;
  std::string group;  // empty: all
  Output output = Output::table;
};
[[nodiscard]] int list_targets(const ListTargets& options);

enum class Wait { no, until_idle };
struct DrainTarget {
  Proxy admin;
  std::string group;
  std::string target;  // its address
  std::string lasts;   // "30s"; empty: the group's deregistration_delay
  Wait wait = Wait::no;
  Output output = Output::table;
};
[[nodiscard]] int drain_target(const DrainTarget& options);

struct UndrainTarget {
  Proxy admin;
  std::string group;
  std::string target;
  Output output = Output::table;
};
[[nodiscard]] int undrain_target(const UndrainTarget& options);

struct Whois {
  Proxy admin;
  std::string service;
  std::string identity;
  Output output = Output::table;
};
[[nodiscard]] int whois(const Whois& options);

struct SignOverride {
  Proxy admin;
  std::string choice;  // "checkout=green"
  std::string lasts = "1h";
  Output output = Output::table;
};
[[nodiscard]] int sign_override(const SignOverride& options);

// Needs no proxy: the token on standard output, its entry for the tokens file on standard error.
struct NewToken {
  std::string name;
  std::string role = "viewer";
};
[[nodiscard]] int new_token(const NewToken& options);

}  // namespace sluice::cli
