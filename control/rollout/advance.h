// The state machine of a rollout: from what it is and what was seen to what it is next. Pure; the engine
// stores the next state first and then does what it asks for.
#pragma once

#include <optional>
#include <string>

#include "control/rollout/gate.h"
#include "control/rollout/rollout.h"
#include "routing/result.h"

namespace sluice {

// An answer of the hook that the instruction under way calls.
struct HookSaid {
  enum class What : std::uint8_t { proceed, fail } what;
  std::string reason;
};

struct Seen {
  SystemTime now;
  std::optional<HookSaid> hook;            // of CallHook; none: not answered yet
  bool ready = false;                      // of AwaitCapacity, Drain and LetBack: what they wait for is so
  GateSummary gates;                       // over the time since the share last grew
  std::optional<SystemTime> frozen_until;  // no share may grow before
};

// The new state, and what is done together with it, in one revision.
struct Transition {
  Rollout next;
  std::optional<Weight> share = {};  // the new variant's from now on, in percent
  bool restores = false;             // the split of before, the new variant withdrawn
  bool finishes = false;             // the new variant is the stable one
  std::string event;                 // the audit log's word: rollout.step
  std::string text;                  // for people
};

// None: it waits.
[[nodiscard]] std::optional<Transition> advance(const Rollout& rollout, const Seen& seen);

// Why the rollout does not go on, for people; empty: nothing keeps it but its plan.
[[nodiscard]] std::string waits_for(const Rollout& rollout, const Seen& seen);

// What people ask for. The error says why it cannot be.
[[nodiscard]] Result<Transition, std::string> pause(const Rollout& rollout, SystemTime now,
                                                    const std::string& reason);
[[nodiscard]] Result<Transition, std::string> resume(const Rollout& rollout, SystemTime now);
// Ends the wait that the rollout is in, whatever it waits for but a hook's answer, and goes on.
[[nodiscard]] Result<Transition, std::string> promote(const Rollout& rollout, SystemTime now);
[[nodiscard]] Result<Transition, std::string> approve(const Rollout& rollout, SystemTime now);

// Back: at once or down the steps. `ends_as` is aborted, rolled_back or superseded; a rollout that moved no
// share and deployed to targets has nothing to go back to and is `failed` instead of rolled_back.
[[nodiscard]] Result<Transition, std::string> take_back(const Rollout& rollout, Course course,
                                                        RolloutState ends_as, SystemTime now,
                                                        const std::string& reason);

}  // namespace sluice
