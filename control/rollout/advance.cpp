#include "control/rollout/advance.h"

#include <algorithm>

namespace sluice {
namespace {

const Instruction& under_way(const Program& program, const Rollout& rollout) {
  return program.at(rollout.at);
}

template <class What>
const What* as(const Instruction& instruction) {
  return std::get_if<What>(&instruction.what);
}

bool grows(const Rollout& rollout, const Instruction& instruction) {
  return rollout.course == Course::forward && as<Shift>(instruction);
}

// Shares may come back at any time, but grow only outside of the freeze windows.
bool is_frozen(const Rollout& rollout, const Instruction& instruction, const Seen& seen) {
  return seen.frozen_until && !rollout.ignores_freeze && grows(rollout, instruction);
}

// Nothing comes of a variant that nobody gets yet.
bool has_share(const Rollout& rollout) {
  return rollout.steps_done > 0 || rollout.plan.share > Weight{};
}

// Whether the state of affairs is judged: while the new variant is on its way up or stays where it is.
bool is_judged(const Rollout& rollout) {
  return rollout.gating == Gating::act && rollout.course == Course::forward;
}

std::string percent(Weight share) {
  return share.text() + "%";
}

// At the next instruction, or at the end.
Rollout entered(Rollout rollout, std::uint32_t at, SystemTime now) {
  const auto program = rollout.program();
  rollout.at = at;
  rollout.since = now;
  rollout.paused_at = {};
  if (rollout.course == Course::forward) rollout.reason.clear();
  if (at < program.size()) {
    rollout.state = state_at(rollout, program[at]);
    return rollout;
  }
  rollout.state = rollout.ends_as;
  rollout.ended_at = now;
  return rollout;
}

Transition named(Rollout next, std::string event, std::string text) {
  return {.next = std::move(next), .event = std::move(event), .text = std::move(text)};
}

// What the end of the program does, if this was its last instruction.
Transition with_end(Transition transition) {
  if (transition.next.state != RolloutState::succeeded) return transition;
  transition.finishes = true;
  return transition;
}

Transition shifted(const Rollout& rollout, const Shift& shift, SystemTime now) {
  auto before = rollout;
  if (rollout.course == Course::forward) before.steps_done = rollout.program()[rollout.at].step + 1;
  auto next = named(entered(std::move(before), rollout.at + 1, now), "rollout.step",
                    rollout.to + " at " + percent(shift.share));
  next.share = shift.share;
  return with_end(std::move(next));
}

Transition restored(const Rollout& rollout, SystemTime now) {
  auto next = named(entered(rollout, rollout.at + 1, now), "rollout.restored",
                    "the split is as it was before; " + rollout.to + " is withdrawn");
  next.restores = true;
  return next;
}

std::optional<Transition> hook_answered(const Rollout& rollout, const CallHook& call, const Seen& seen) {
  if (!seen.hook) return {};
  if (seen.hook->what == HookSaid::What::proceed || rollout.course != Course::forward) {
    auto next = named(entered(rollout, rollout.at + 1, seen.now), "rollout.hook", seen.hook->reason);
    if (next.text.empty()) next.text = call.target.empty() ? "hook passed" : "deployed to " + call.target;
    return with_end(std::move(next));
  }
  auto back =
      take_back(rollout, Course::back, RolloutState::rolled_back, seen.now, "hook: " + seen.hook->reason);
  return back ? std::optional(std::move(*back)) : std::nullopt;
}

bool is_undecided(const Rollout& rollout, const Hold& hold, const Seen& seen) {
  return has_share(rollout) && is_judged(rollout) && hold.what != Watched::old_version &&
         seen.gates.verdict != Verdict::pass;
}

// At the end of a hold, absent data neither passes nor fails: the strategy says what it does.
std::optional<Transition> hold_over(const Rollout& rollout, const Hold& hold, const Seen& seen) {
  if (seen.now < *hold_ends(rollout)) return {};
  if (!is_undecided(rollout, hold, seen))
    return with_end(named(entered(rollout, rollout.at + 1, seen.now), "rollout.held", "held long enough"));
  const auto& policy = rollout.strategy.on_inconclusive;
  if (policy == config::Inconclusive::wait) return {};
  if (policy == config::Inconclusive::pause) {
    auto paused = pause(rollout, seen.now, seen.gates.reason);
    return paused ? std::optional(std::move(*paused)) : std::nullopt;
  }
  auto back = take_back(rollout, Course::back, RolloutState::rolled_back, seen.now, seen.gates.reason);
  return back ? std::optional(std::move(*back)) : std::nullopt;
}

std::optional<Transition> when_ready(const Rollout& rollout, const Instruction& instruction,
                                     const Seen& seen) {
  if (!seen.ready) return {};
  const auto entered_next = entered(rollout, rollout.at + 1, seen.now);
  if (as<Drain>(instruction)) return with_end(named(entered_next, "rollout.drained", "targets are drained"));
  if (as<LetBack>(instruction))
    return with_end(named(entered_next, "rollout.let_back", "targets are healthy and get traffic"));
  return with_end(named(entered_next, "rollout.capacity", "capacity is there"));
}

bool moved_nothing(const Rollout& rollout) {
  return std::ranges::all_of(rollout.plan.steps,
                             [&](const PlanStep& step) { return step.weight <= rollout.plan.share; });
}

}  // namespace

std::optional<Transition> advance(const Rollout& rollout, const Seen& seen) {
  if (rollout.ended()) return {};
  if (is_judged(rollout) && seen.gates.verdict == Verdict::fail) {
    auto back = take_back(rollout, Course::back, RolloutState::rolled_back, seen.now, seen.gates.reason);
    if (back) return std::move(*back);
  }
  const auto program = rollout.program();
  if (rollout.at >= program.size())  // a program of no instruction at all
    return with_end(named(entered(rollout, rollout.at, seen.now), "rollout.ended", ""));
  if (rollout.state == RolloutState::paused) return {};
  const auto& instruction = under_way(program, rollout);
  if (is_frozen(rollout, instruction, seen)) return {};
  if (const auto* call = as<CallHook>(instruction)) return hook_answered(rollout, *call, seen);
  if (const auto* shift = as<Shift>(instruction)) return shifted(rollout, *shift, seen.now);
  if (const auto* hold = as<Hold>(instruction)) return hold_over(rollout, *hold, seen);
  if (as<Restore>(instruction)) return restored(rollout, seen.now);
  if (as<AwaitApproval>(instruction)) return {};
  return when_ready(rollout, instruction, seen);
}

std::string waits_for(const Rollout& rollout, const Seen& seen) {
  if (rollout.ended() || rollout.state == RolloutState::paused) return {};
  const auto program = rollout.program();
  if (rollout.at >= program.size()) return {};
  const auto& instruction = under_way(program, rollout);
  if (is_frozen(rollout, instruction, seen)) return "frozen";
  if (const auto* hold = as<Hold>(instruction)) {
    const bool over = seen.now >= *hold_ends(rollout);
    return over && is_undecided(rollout, *hold, seen) ? "a gate is undecided: " + seen.gates.reason
                                                      : std::string();
  }
  if (const auto* call = as<CallHook>(instruction))
    return call->target.empty() ? "waits for a hook" : "waits for the deployment to " + call->target;
  if (const auto* capacity = as<AwaitCapacity>(instruction))
    return "waits for " + rollout.to + " to have capacity for " + percent(capacity->share);
  if (as<Drain>(instruction)) return "waits for targets to drain";
  if (as<LetBack>(instruction)) return "waits for targets to be healthy";
  if (as<AwaitApproval>(instruction)) return "waits for an approval";
  return {};
}

Result<Transition, std::string> pause(const Rollout& rollout, SystemTime now, const std::string& reason) {
  if (rollout.ended()) return failure("it has ended: " + std::string(to_string(rollout.state)));
  if (rollout.state == RolloutState::paused) return failure(std::string("it is paused already"));
  auto next = rollout;
  next.state = RolloutState::paused;
  next.paused_at = now;
  next.reason = reason;
  return named(std::move(next), "rollout.paused", reason);
}

Result<Transition, std::string> resume(const Rollout& rollout, SystemTime now) {
  if (rollout.state != RolloutState::paused)
    return failure("it is not paused but " + std::string(to_string(rollout.state)));
  auto next = rollout;
  next.since += now - rollout.paused_at.value_or(now);
  if (const auto end = hold_ends(next); end && now >= *end)
    next.since = now;  // it was over and a gate undecided: somebody wants another look
  next.paused_at = {};
  next.reason.clear();
  next.state = state_at(next, under_way(next.program(), next));
  return named(std::move(next), "rollout.resumed", "resumed");
}

Result<Transition, std::string> promote(const Rollout& rollout, SystemTime now) {
  if (rollout.ended()) return failure("it has ended: " + std::string(to_string(rollout.state)));
  if (rollout.course != Course::forward) return failure(std::string("it is on its way back"));
  const auto program = rollout.program();
  const auto& instruction = under_way(program, rollout);
  if (as<CallHook>(instruction))
    return failure(std::string("a hook is being called; only its answer ends that"));
  if (as<LetBack>(instruction) || as<Drain>(instruction))
    return failure(std::string("targets are out of service for a deployment; that must end first"));
  if (const auto* shift = as<Shift>(instruction)) return shifted(rollout, *shift, now);
  return with_end(
      named(entered(rollout, rollout.at + 1, now), "rollout.promoted", "somebody went on by hand"));
}

Result<Transition, std::string> approve(const Rollout& rollout, SystemTime now) {
  if (rollout.state != RolloutState::waiting_approval)
    return failure("it does not wait for an approval but is " + std::string(to_string(rollout.state)));
  return with_end(named(entered(rollout, rollout.at + 1, now), "rollout.approved", "approved"));
}

Result<Transition, std::string> take_back(const Rollout& rollout, Course course, RolloutState ends_as,
                                          SystemTime now, const std::string& reason) {
  if (rollout.ended()) return failure("it has ended: " + std::string(to_string(rollout.state)));
  if (rollout.course == Course::back || (rollout.course == Course::back_gradually && course != Course::back))
    return failure(std::string("it is on its way back already"));
  auto next = rollout;
  next.course = course;
  next.ends_as =
      ends_as == RolloutState::rolled_back && moved_nothing(rollout) ? RolloutState::failed : ends_as;
  next = entered(std::move(next), 0, now);
  next.reason = reason;
  // At once means that no second transition is waited for.
  if (course == Course::back) {
    auto made = restored(next, now);
    made.event = "rollout.taken_back";
    made.text = reason;
    return made;
  }
  return named(std::move(next), "rollout.taken_back", reason);
}

}  // namespace sluice
