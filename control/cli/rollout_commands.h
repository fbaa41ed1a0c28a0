// `sluice rollout ...`: each prints what it found or did and returns the exit code.
#pragma once

#include <string>

#include "control/cli/commands.h"

namespace sluice::cli {

enum class UntilEnd { no, wait };

struct StartOfRollout {
  Proxy admin;
  std::string service, to, strategy, reason;
  bool dry_run = false, observe = false, supersede = false, ignore_freeze = false;
  UntilEnd until_end = UntilEnd::no;
  Output output = Output::table;
};
[[nodiscard]] int start_rollout(const StartOfRollout& options);

struct ShowRollout {
  Proxy admin;
  std::string rollout;  // its id or the service's name
  UntilEnd until_end = UntilEnd::no;
  Output output = Output::table;
};
[[nodiscard]] int show_rollout(const ShowRollout& options);
[[nodiscard]] int rollout_history(const ShowRollout& options);

struct SteerRollout {
  Proxy admin;
  std::string rollout;  // its id or the service's name
  std::string verb;     // as in the API's path, "abort?gradual=true"
  std::string reason;
  Output output = Output::table;
};
[[nodiscard]] int steer_rollout(const SteerRollout& options);

}  // namespace sluice::cli
