// Changes of Revisions, made and waited for, and an engine that calls no hook, for tests without an
// io_context of their own.
#pragma once

#include "control/rollout/engine.h"
#include "health/outcomes.h"
#include "tests/unit/control/awaited_result.h"

namespace sluice {

inline Revisions::Number applied(Revisions& revisions, config::Config config) {
  return awaited_result(revisions.apply(std::move(config), {}));
}

inline Revisions::Number weighed(Revisions& revisions, const std::string& service, NamedWeights weights,
                                 std::optional<std::uint64_t> if_match = {}) {
  return awaited_result(revisions.set_weights(service, std::move(weights), if_match, {}));
}

inline Engine::Parts parts_without_hooks(boost::asio::io_context& io, Revisions& revisions,
                                         const Outcomes& outcomes) {
  return {.io = io,
          .revisions = revisions,
          .attempts = [&outcomes] { return outcomes.attempts(); },
          .call_hook = [](HookCall, const std::function<void(HookAnswer)>&) -> CancelHook { return [] {}; }};
}

}  // namespace sluice
