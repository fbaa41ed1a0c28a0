// What a hook's call looks like on its way: the headers of an HTTP call, the words and variables of a
// program. Reads the secret's file, the process's environment and the clock; sends nothing.
#pragma once

#include <string>

#include "control/rollout/hook_call.h"
#include "control/rollout/http_calls.h"
#include "control/rollout/hook_program.h"
#include "routing/result.h"

namespace sluice {

// `config_file` is absolute. The error says what is wrong with the secret's file.
[[nodiscard]] Result<HttpRequest, std::string> http_request(const HookCall& call,
                                                            const config::HttpCall& http,
                                                            const std::string& config_file);
[[nodiscard]] ProgramStart program_start(const HookCall& call, const config::Command& command,
                                         const std::string& config_file);

// For people: "https://ci.example.com" (what follows the host may be a secret), or the program.
[[nodiscard]] std::string name_of(const config::Hook& hook);

}  // namespace sluice
