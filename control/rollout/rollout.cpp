#include "control/rollout/rollout.h"

#include <algorithm>
#include <array>

namespace sluice {
namespace {

constexpr std::array<std::string_view, rollout_states> words{
    "pending",   "testing",      "running",     "paused",  "waiting_approval", "baking",
    "succeeded", "rolling_back", "rolled_back", "aborted", "failed",           "superseded"};

}  // namespace

std::string_view to_string(RolloutState state) noexcept {
  return words[static_cast<std::size_t>(state)];
}

std::optional<RolloutState> rollout_state_of(std::string_view word) noexcept {
  const auto found = std::ranges::find(words, word);
  if (found == words.end()) return {};
  return static_cast<RolloutState>(found - words.begin());
}

Program Rollout::program() const {
  return course == Course::forward ? program_forward(strategy, plan)
                                   : program_back(strategy, plan, course, steps_done);
}

std::optional<SystemTime> hold_ends(const Rollout& rollout) {
  const auto program = rollout.program();
  if (rollout.at >= program.size()) return {};
  const auto* hold = std::get_if<Hold>(&program[rollout.at].what);
  if (!hold) return {};
  return rollout.since + std::chrono::duration_cast<std::chrono::milliseconds>(hold->length / rollout.speed);
}

RolloutState state_at(const Rollout& rollout, const Instruction& instruction) noexcept {
  if (rollout.course != Course::forward) return RolloutState::rolling_back;
  if (std::holds_alternative<AwaitApproval>(instruction.what)) return RolloutState::waiting_approval;
  if (instruction.testing) return RolloutState::testing;
  if (instruction.step == rollout.plan.steps.size()) return RolloutState::baking;
  // Until the first traffic comes.
  return rollout.at == 0 && rollout.steps_done == 0 ? RolloutState::pending : RolloutState::running;
}

}  // namespace sluice
