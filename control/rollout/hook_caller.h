// How the engine has hooks called, apart from who calls them.
#pragma once

#include <functional>

#include "control/rollout/hook_call.h"

namespace sluice {

// Calls `then` once on the control thread, later; never after the canceller that was returned has been
// called.
using CancelHook = std::function<void()>;
using HookCaller = std::function<CancelHook(HookCall call, std::function<void(HookAnswer)> then)>;

}  // namespace sluice
