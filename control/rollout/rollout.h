// One rollout, as it is stored at each transition and told by the API. A value: advance.h makes the next one,
// the engine stores it and acts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "control/rollout/plan.h"
#include "control/rollout/program.h"
#include "control/store/records.h"

namespace sluice {

enum class RolloutState : std::uint8_t {
  pending,  // what comes before the first traffic
  testing,
  running,
  paused,
  waiting_approval,
  baking,
  succeeded,
  rolling_back,
  rolled_back,  // by a gate, a hook or a missing target
  aborted,      // by a person
  failed,       // and nothing could be taken back
  superseded
};
inline constexpr std::size_t rollout_states = 12;
[[nodiscard]] std::string_view to_string(RolloutState state) noexcept;
[[nodiscard]] std::optional<RolloutState> rollout_state_of(std::string_view word) noexcept;
[[nodiscard]] constexpr bool has_ended(RolloutState state) noexcept {
  return state == RolloutState::succeeded || state >= RolloutState::rolled_back;
}

// Whether gates are acted upon, or only shown.
enum class Gating : std::uint8_t { act, observe };

struct Rollout {
  std::string id;
  std::string service, from, to;
  config::Strategy strategy;  // as it was when this started
  std::string strategy_yaml;  // the same as text, for the store; empty for a preset
  std::string author;
  Gating gating = Gating::act;
  bool ignores_freeze = false;
  double speed = 1;  // holds pass that many times faster: for rehearsals
  Plan plan;
  Allocation before;  // of the service, for the way back

  RolloutState state = RolloutState::pending;
  Course course = Course::forward;
  RolloutState ends_as = RolloutState::succeeded;
  std::uint32_t steps_done = 0;  // shifts of the plan that were made on the way up
  std::uint32_t at = 0;          // the instruction that is under way
  SystemTime started_at{};
  SystemTime since{};  // when that instruction was entered, later by the time that it was paused
  std::optional<SystemTime> paused_at;
  std::optional<SystemTime> ended_at;
  std::string reason;  // why it is where it is, for people; empty: nothing is special

  [[nodiscard]] Program program() const;
  [[nodiscard]] bool ended() const noexcept { return has_ended(state); }
};

// When the hold that is under way is over; none where no time decides.
[[nodiscard]] std::optional<SystemTime> hold_ends(const Rollout& rollout);

// What a running rollout shows in this state of its program when nobody has paused it.
[[nodiscard]] RolloutState state_at(const Rollout& rollout, const Instruction& instruction) noexcept;

}  // namespace sluice
