// One call of a hook, as whoever runs the rollout asks for it.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "control/rollout/hook_answer.h"
#include "control/strategy_config.h"

namespace sluice {

struct HookCall {
  config::Hook hook;
  std::string idempotency_key;  // of all tries, and of each time that the same thing is asked again
  std::string body;             // JSON
  std::vector<std::pair<std::string, std::string>> environment = {};  // of commands: "SLUICE_SERVICE", "shop"
  ReadsBody reads = ReadsBody::as_answer;
};

struct HookOptions {
  std::string config_file;                          // secrets and programs are looked for beside it
  std::chrono::milliseconds first_back_off{1000};   // see back_off.h
  std::chrono::milliseconds kill_after{5000};       // from SIGTERM to SIGKILL
};

}  // namespace sluice
