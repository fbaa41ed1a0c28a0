// The commands behind the words: each prints what it found and returns the exit code.
#pragma once

#include <string>
#include <vector>

#include "control/cli/cli.h"

namespace sluice::cli {

enum class Output { table, json };

// Prints "sluice: what" on stderr and returns `code`.
[[nodiscard]] int fail(ExitCode code, const std::string& what);

[[nodiscard]] int check(const std::string& file);
[[nodiscard]] int status(const std::string& admin, Output output);

struct SetWeights {
  std::string admin;
  std::string service;
  std::vector<std::string> weights;  // "blue=90"
  Output output = Output::table;
};
[[nodiscard]] int set_weights(const SetWeights& options);

struct ListTargets {
  std::string admin;
  std::string group;  // empty: all
  Output output = Output::table;
};
[[nodiscard]] int list_targets(const ListTargets& options);

enum class Wait { no, until_idle };
struct DrainTarget {
  std::string admin;
  std::string group;
  std::string target;  // its address
  std::string lasts;   // "30s"; empty: the group's deregistration_delay
  Wait wait = Wait::no;
  Output output = Output::table;
};
[[nodiscard]] int drain_target(const DrainTarget& options);

struct UndrainTarget {
  std::string admin;
  std::string group;
  std::string target;
  Output output = Output::table;
};
[[nodiscard]] int undrain_target(const UndrainTarget& options);

struct Whois {
  std::string admin;
  std::string service;
  std::string identity;
  Output output = Output::table;
};
[[nodiscard]] int whois(const Whois& options);

struct SignOverride {
  std::string admin;
  std::string choice;  // "checkout=green"
  std::string lasts = "1h";
  Output output = Output::table;
};
[[nodiscard]] int sign_override(const SignOverride& options);

}  // namespace sluice::cli
